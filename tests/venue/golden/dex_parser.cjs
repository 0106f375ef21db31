// dex_parser.cjs DIR FILE... - the swaps of whole blocks (answers of getBlock) as solana-dex-parser reads them, one line each:
// signature program input_mint input_raw output_mint output_raw, as they come. For tests/venue/golden/test_dex_parser.sh.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const fs = require('fs');
const [dir, ...files] = process.argv.slice(2);
const { DexParser } = createRequire(`${path.resolve(dir)}/parser/`)('solana-dex-parser');
console.warn = console.error = () => {};
for (const file of files) {
  const answer = JSON.parse(fs.readFileSync(file, 'utf8')), block = answer.result || answer;
  for (const t of block.transactions) {
    if (t.meta.err) continue;
    const tx = { slot: block.parentSlot + 1, blockTime: block.blockTime, version: t.version === undefined ? (t.transaction.message.addressTableLookups ? 0 : 'legacy') : t.version, transaction: t.transaction, meta: t.meta };
    let trades = [];
    try { trades = new DexParser().parseTrades(tx, { tryUnknowDEX: false, aggregateTrades: false }); } catch (e) { console.log(t.transaction.signatures[0], 'error', e.message); }
    for (const x of trades) console.log(t.transaction.signatures[0], x.programId, x.inputToken.mint, x.inputToken.amountRaw, x.outputToken.mint, x.outputToken.amountRaw, x.idx, x.amm || '-');
  }
}
