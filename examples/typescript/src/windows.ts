// The windows of filing: January and July of each year, by the calendar of China.

/** The running window or, between windows, the coming one; and the one before it. */
export function windowsAt(now: Date): { coming: string; last: string } {
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(now);
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  if (month === 1) return { coming: `${year}-01`, last: `${year - 1}-07` };
  if (month <= 7) return { coming: `${year}-07`, last: `${year}-01` };
  return { coming: `${year + 1}-01`, last: `${year}-07` };
}
