// A workbook by exceljs: a wish as JSON on standard input becomes an .xlsx on standard output.
const ExcelJS = require("exceljs");

function table(sheet, wish) {
  const columns = wish.titles.map((name) => ({ name, filterButton: true }));
  columns[5].totalsRowFunction = "sum";
  columns[0].totalsRowLabel = "Total";
  const rows = wish.rows.map((row, at) => [
    ...row.slice(0, 6),
    { formula: wish.twice, result: 20 * (at + 1) },
  ]);
  sheet.addTable({ name: "Contacts", ref: "B3", headerRow: true, totalsRow: wish.totals, columns, rows });
  if (wish.totals) {
    sheet.getCell("G10").value = { formula: "SUBTOTAL(109,Contacts[amount])", result: wish.total };
  }
}

function guests(book, sheet, wish) {
  for (const [cell, value] of Object.entries(wish.beside)) sheet.getCell(cell).value = value;
  sheet.getCell("F5").note = "She prefers mornings.";
  sheet.getCell("L12").dataValidation = { type: "list", formulae: ["$C$4:$C$9"] };
  sheet.getCell("L3").value = { richText: [{ text: "rich " }, { font: { bold: true }, text: "text" }] };
  sheet.addConditionalFormatting({
    ref: "G4:G9",
    rules: [{ type: "expression", formulae: ["G4>20"], style: { font: { bold: true } } }],
  });
  sheet.mergeCells("L10:M11");
  sheet.getColumn("B").width = 24;
  sheet.getRow(7).height = 40;
  if (wish.filter) sheet.getRow(5).hidden = true;
  sheet.views = [{ state: "frozen", xSplit: 2, ySplit: 3 }];
  const picture = book.addImage({ base64: wish.picture, extension: "png" });
  sheet.addImage(picture, "N2:O5");
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const wish = JSON.parse(Buffer.concat(chunks).toString());
  const book = new ExcelJS.Workbook();
  if (wish.date1904) book.properties.date1904 = true;
  const sheet = book.addWorksheet("People");
  table(sheet, wish);
  guests(book, sheet, wish);
  for (const [name, cells] of [["Sums", wish.sums], ["Other", wish.other]]) {
    const other = book.addWorksheet(name);
    for (const [cell, [formula, result]] of Object.entries(cells)) {
      other.getCell(cell).value = { formula, result };
    }
  }
  book.definedNames.add("People!$C$4:$C$9", "Everybody");
  process.stdout.write(Buffer.from(await book.xlsx.writeBuffer()));
}

main();
