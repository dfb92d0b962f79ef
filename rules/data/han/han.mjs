// Writes simplified.tsv, corners.tsv, cangjie.tsv and syllables.tsv again from the files of the Unicode Character Database (Unihan, Unicode 15.0;
// Debian's package unicode-data has them): node han.mjs FOLDER, where FOLDER holds Unihan_*.txt.
import { readFileSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
const read = (name) => readFileSync(`${folder}/Unihan_${name}.txt`, 'utf8').split('\n').filter((l) => l.startsWith('U+'));
const char = (code) => String.fromCodePoint(parseInt(code.slice(2), 16));
const standard = new Map(); // the 8,105 characters of 通用规范汉字表, with their rank
for (const line of read('OtherMappings')) {
  const [code, field, value] = line.split('\t');
  if (field === 'kTGH') standard.set(char(code), Number(value.split(':')[1]));
}
const variants = new Map(); // character -> field -> characters
for (const line of read('Variants')) {
  const [code, field, value] = line.split('\t');
  const targets = value.split(' ').map((v) => char(v.split('<')[0]));
  if (!variants.has(char(code))) variants.set(char(code), {});
  variants.get(char(code))[field] = targets;
}
const folded = [];
for (const [from, fields] of variants) {
  if (standard.has(from)) continue;
  for (const field of ['kSimplifiedVariant', 'kZVariant', 'kSemanticVariant']) {
    const known = (fields[field] ?? []).filter((c) => standard.has(c));
    known.sort((a, b) => standard.get(a) - standard.get(b));
    if (known.length) { folded.push([from, known[0]]); break; }
  }
}
const byTarget = new Map();
for (const [from, to] of folded) byTarget.set(to, (byTarget.get(to) ?? '') + from);
const corners = new Map(), cangjie = new Map();
for (const line of read('DictionaryLikeData')) {
  const [code, field, value] = line.split('\t');
  if (!standard.has(char(code))) continue;
  if (field === 'kCangjie') cangjie.set(value, (cangjie.get(value) ?? '') + char(code));
  if (field !== 'kFourCornerCode') continue;
  const corner = value.split(' ')[0].replace('.', '').padEnd(5, '0');
  corners.set(corner, (corners.get(corner) ?? '') + char(code));
}
// Readings without tones, ü as v: the usual one first (kMandarin), then those of 通用规范汉字字典 (kTGHZ2013).
const plain = (reading) =>
  reading.normalize('NFD').replace(/u\u0308/g, 'v').replace(/[\u0300-\u036f]/g, '').replace(/[^a-z]/g, '');
const usual = new Map(), others = new Map();
for (const line of read('Readings')) {
  const [code, field, value] = line.split('\t');
  const c = char(code);
  if (!standard.has(c) && !(c >= '\u4e00' && c <= '\u9fff')) continue;
  if (field === 'kMandarin') usual.set(c, plain(value.split(' ')[0]));
  if (field === 'kTGHZ2013') others.set(c, [...new Set(value.split(' ').map((v) => plain(v.split(':')[1])))]);
}
const syllables = new Map(); // syllable -> [characters that usually have it, characters that also have it]
const put = (syllable, which, c) => {
  if (!/[aeiouv]/.test(syllable)) return; // interjections such as 嗯 (n) would cut foreign words to pieces
  if (!syllables.has(syllable)) syllables.set(syllable, ['', '']);
  syllables.get(syllable)[which] += c;
};
for (const [c, first] of usual) {
  put(first, 0, c);
  for (const other of others.get(c) ?? []) if (other !== first) put(other, 1, c);
}
const head = (what) => `# ${what}; facts of Unihan (Unicode 15.0), written by han.mjs\n`;
const lines = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}\t${v}\n`).join('');
writeFileSync('simplified.tsv', head('Character of 通用规范汉字表, and the traditional or variant characters that are read as it') + lines(byTarget));
writeFileSync('corners.tsv', head('Four-corner code (the fifth digit is the small corner), and the characters of 通用规范汉字表 that have it') + lines(corners));
writeFileSync('cangjie.tsv', head('Cangjie code (a letter for each part of a character), and the characters of 通用规范汉字表 that have it') + lines(cangjie));
writeFileSync('syllables.tsv', head('Syllable without tone, the characters that usually have it, and those that also have it')
  + lines(new Map([...syllables].map(([k, v]) => [k, v.join('\t')]))));
console.log(`${folded.length} folded, ${[...corners.values()].join('').length} with corners of ${standard.size}`);
