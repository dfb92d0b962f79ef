// The survey files that npm xlsx and cfb make: the ledger in binary parts, and compound files that are no plain workbooks.
const fs = require("fs");
const CFB = require("cfb");
const XLSX = require("xlsx");

const folder = process.argv[2];

const book = XLSX.read(fs.readFileSync(`${folder}/ledger.xlsx`), { cellNF: true, cellStyles: true, cellFormula: false });
XLSX.writeFile(book, `${folder}/ledger.xlsb`, { bookType: "xlsb", bookSST: true, cellStyles: true });

function compound(name, streams) {
  const file = CFB.utils.cfb_new();
  for (const [stream, bytes] of Object.entries(streams)) CFB.utils.cfb_add(file, `/${stream}`, bytes);
  CFB.utils.cfb_del(file, "/\u0001Sh33tJ5");
  fs.writeFileSync(`${folder}/${name}`, CFB.write(file, { type: "buffer" }));
}

compound("letter.xls", { WordDocument: Buffer.alloc(5000, 1) });
compound("password.xlsx", { EncryptionInfo: Buffer.alloc(200, 2), EncryptedPackage: Buffer.alloc(5000, 3) });

// BOF of BIFF8, then FILEPASS by RC4, then bytes that nobody can read.
const begin = Buffer.from("0908100000060500f2150000c100010006040000", "hex");
const password = Buffer.concat([Buffer.from("2f003600", "hex"), Buffer.from("01000100", "hex"), Buffer.alloc(50, 7)]);
compound("password.xls", { Workbook: Buffer.concat([begin, password, Buffer.alloc(5000, 9)]) });
