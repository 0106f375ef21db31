// pump.cjs DIR SEED COUNT - pump.fun trades as the official SDK builds them, over every flag that changes the accounts.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/pump/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const { PumpSdk } = need('@pump-fun/pump-sdk');
const { seeded, line } = require('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
const WSOL = new PublicKey('So11111111111111111111111111111111111111112'), USDC = new PublicKey('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v');
const sdk = new PumpSdk();

async function one(i) {
  const v2 = r.coin(), buy = r.coin(), cashback = !buy && !v2 && r.coin();
  const a = {
    user: key(), mint: key(), creator: r.below(8) === 0 ? PublicKey.default : key(), amount: bn(r.amount()), feeRecipient: key(), buybackFeeRecipient: key(),
    tokenProgram: r.coin() ? TOKEN : TOKEN_2022, quoteMint: v2 && r.below(3) === 0 ? USDC : WSOL, quoteTokenProgram: TOKEN, cashback,
  };
  const limit = bn(r.amount());
  a.solAmount = a.quoteAmount = limit;
  const call = `get${buy ? 'Buy' : 'Sell'}${v2 ? 'V2' : ''}InstructionRaw`;
  const ix = await sdk[call](a);
  return line({
    venue: 'pump', kind: (buy ? 'buy' : 'sell') + (v2 ? '_v2' : ''), user: a.user, base_mint: a.mint, quote_mint: a.quoteMint, base_program: a.tokenProgram, quote_program: TOKEN, creator: a.creator,
    fee_recipient: a.feeRecipient, buyback_recipient: a.buybackFeeRecipient, cashback: +cashback, amount: a.amount, limit,
  }, [ix]);
}
// A new coin: by the old instruction, by the new one, and by the new one paid in something else than SOL.
async function create() {
  const text = (most) => r.bytes(1 + r.below(most)).toString('hex').slice(0, most), a = { mint: key(), name: text(32), symbol: text(10), uri: text(100), creator: key(), user: key() };
  const said = { venue: 'pump', user: a.user, base_mint: a.mint, creator: a.creator, name: a.name, symbol: a.symbol, uri: a.uri };
  if (r.below(4) === 0) return line({ ...said, kind: 'create', base_program: TOKEN }, [await sdk.createInstruction(a)]);
  const mayhemMode = r.coin(), creatorFeeBps = r.below(2) ? 0 : r.below(1000), holderReward = r.coin(), quoteMint = r.coin() ? USDC : null;
  const ix = await sdk.createV2Instruction({ ...a, mayhemMode, creatorFeeBps: bn(creatorFeeBps), holderReward, ...(quoteMint && { quoteMint, quoteTokenProgram: TOKEN }) });
  return line({ ...said, kind: 'create_v2', base_program: TOKEN_2022, mayhem: +mayhemMode, creator_fee_bps: creatorFeeBps, holder_reward: +holderReward, cashback: 0, ...(quoteMint && { quote_mint: quoteMint, quote_program: TOKEN, quoted: 1 }) }, [ix]);
}
(async () => { for (let i = 0; i < +count; i++) console.log(await (i % 5 === 4 ? create() : one(i))); })();
