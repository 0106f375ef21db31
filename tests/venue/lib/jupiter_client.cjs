// jupiter_client.cjs DIR URL WALLET INPUT OUTPUT AMOUNT MODE BLOCKHASH [TABLE] - the same exchange by the official client (@jup-ag/api), compiled by the official library (web3.js): prints the unsigned
// transaction in base64, legacy without a table and version 0 with it. What sluice-tx route makes must be these bytes.
'use strict';
const [dir, url, wallet, input, output, amount, mode, blockhash, table] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/jupiter/`);
const { PublicKey, TransactionInstruction, TransactionMessage, VersionedTransaction, AddressLookupTableAccount } = need('@solana/web3.js');
const { SwapApi, Configuration } = need('@jup-ag/api');
(async () => {
  const api = new SwapApi(new Configuration({ basePath: `${url}/swap/v1` }));
  const quote = await api.quoteGet({ inputMint: input, outputMint: output, amount: Number(amount), slippageBps: 50, swapMode: mode, instructionVersion: 'V2' });
  const r = await api.swapInstructionsPost({ swapRequest: { userPublicKey: wallet, quoteResponse: quote, wrapAndUnwrapSol: true, dynamicComputeUnitLimit: true, prioritizationFeeLamports: { priorityLevelWithMaxLamports: { priorityLevel: 'high', maxLamports: 1000000 } } } });
  const one = (x) => new TransactionInstruction({ programId: new PublicKey(x.programId), keys: x.accounts.map((a) => ({ pubkey: new PublicKey(a.pubkey), isSigner: a.isSigner, isWritable: a.isWritable })), data: Buffer.from(x.data, 'base64') });
  const instructions = [...r.computeBudgetInstructions, ...r.setupInstructions, r.swapInstruction, ...(r.cleanupInstruction ? [r.cleanupInstruction] : [])].map(one);
  const message = new TransactionMessage({ payerKey: new PublicKey(wallet), recentBlockhash: blockhash, instructions });
  const tables = await Promise.all(r.addressLookupTableAddresses.filter(() => table).map(async (a) => {
    const answer = await (await fetch(`${url}/rpc`, { method: 'POST', body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getMultipleAccounts', params: [[a]] }) })).json();
    return new AddressLookupTableAccount({ key: new PublicKey(a), state: AddressLookupTableAccount.deserialize(Buffer.from(answer.result.value[0].data[0], 'base64')) });
  }));
  const tx = new VersionedTransaction(tables.length ? message.compileToV0Message(tables) : message.compileToLegacyMessage());
  console.log(Buffer.from(tx.serialize()).toString('base64'));
})().catch((e) => { console.error(e); process.exit(1); });
