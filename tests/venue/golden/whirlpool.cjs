// whirlpool.cjs DIR SEED COUNT - swap, swap_v2 and their two-hop forms of Orca Whirlpool as the official SDK builds them, the addresses it derives,
// and the names of all instructions of the program.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/whirlpool/`);
const { PublicKey, Connection } = need('@solana/web3.js');
const BN = need('bn.js');
const { WhirlpoolContext, WhirlpoolIx, PDAUtil } = need('@orca-so/whirlpools-sdk');
const { seeded, line } = require('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const TOKEN = new PublicKey('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA'), TOKEN_2022 = new PublicKey('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb');
// Only its program is used: nothing is asked over the connection.
const wallet = { publicKey: key(), signTransaction: async (t) => t, signAllTransactions: async (t) => t };
const { program } = WhirlpoolContext.from(new Connection('http://127.0.0.1:9'), wallet);
const MIN = 4295048016n, MAX = 79226673515401279992447579055n;

function swap() {
  const v2 = r.coin(), pool = key(), user = key(), aToB = r.coin(), exactIn = r.below(4) > 0, amount = r.amount(), limit = r.amount();
  const k = { mint_a: key(), mint_b: key(), program_a: r.coin() ? TOKEN : TOKEN_2022, program_b: TOKEN, user_a: key(), user_b: key(), vault_a: key(), vault_b: key(), tick_array_0: key(), tick_array_1: key(), tick_array_2: key() };
  const sqrt = r.pick([0n, MIN, MAX, (r.next() << 32n | 5n) + MIN]);
  const oracle = PDAUtil.getOracle(program.programId, pool).publicKey;
  const params = {
    amount: bn(amount), otherAmountThreshold: bn(limit), sqrtPriceLimit: bn(sqrt), amountSpecifiedIsInput: exactIn, aToB, whirlpool: pool, tokenAuthority: user, tokenOwnerAccountA: k.user_a, tokenVaultA: k.vault_a,
    tokenOwnerAccountB: k.user_b, tokenVaultB: k.vault_b, tickArray0: k.tick_array_0, tickArray1: k.tick_array_1, tickArray2: k.tick_array_2, oracle,
    tokenMintA: k.mint_a, tokenMintB: k.mint_b, tokenProgramA: k.program_a, tokenProgramB: k.program_b,
  };
  const ix = (v2 ? WhirlpoolIx.swapV2Ix : WhirlpoolIx.swapIx)(program, params).instructions[0];
  return line({ venue: 'whirlpool', kind: v2 ? 'swap_v2' : 'swap', user, pool, ...k, amount, limit, sqrt_limit_low: sqrt & (1n << 64n) - 1n, sqrt_limit_high: sqrt >> 64n, exact_in: +exactIn, a_to_b: +aToB }, [ix]);
}
function twoHop() {
  const v2 = r.coin(), user = key(), amount = r.amount(), limit = r.amount(), exactIn = r.coin(), one = r.coin(), two = r.coin(), pools = { pool_one: key(), pool_two: key() };
  const arrays = Object.fromEntries(['one', 'two'].flatMap((x) => [0, 1, 2].map((i) => [`tick_array_${x}_${i}`, key()]))), sqrt = [r.next() + MIN, (r.next() << 20n) + MIN];
  const k = v2 ? { mint_in: key(), mint_between: key(), mint_out: key(), program_in: r.coin() ? TOKEN : TOKEN_2022, program_between: TOKEN, program_out: TOKEN_2022, user_in: key(), vault_one_in: key(), vault_one_between: key(), vault_two_between: key(), vault_two_out: key(), user_out: key() }
    : { user_one_a: key(), vault_one_a: key(), user_one_b: key(), vault_one_b: key(), user_two_a: key(), vault_two_a: key(), user_two_b: key(), vault_two_b: key() };
  const params = {
    amount: bn(amount), otherAmountThreshold: bn(limit), amountSpecifiedIsInput: exactIn, aToBOne: one, aToBTwo: two, sqrtPriceLimitOne: bn(sqrt[0]), sqrtPriceLimitTwo: bn(sqrt[1]), whirlpoolOne: pools.pool_one, whirlpoolTwo: pools.pool_two, tokenAuthority: user,
    tokenMintInput: k.mint_in, tokenMintIntermediate: k.mint_between, tokenMintOutput: k.mint_out, tokenProgramInput: k.program_in, tokenProgramIntermediate: k.program_between, tokenProgramOutput: k.program_out, tokenOwnerAccountInput: k.user_in,
    tokenVaultOneInput: k.vault_one_in, tokenVaultOneIntermediate: k.vault_one_between, tokenVaultTwoIntermediate: k.vault_two_between, tokenVaultTwoOutput: k.vault_two_out, tokenOwnerAccountOutput: k.user_out,
    tokenOwnerAccountOneA: k.user_one_a, tokenVaultOneA: k.vault_one_a, tokenOwnerAccountOneB: k.user_one_b, tokenVaultOneB: k.vault_one_b, tokenOwnerAccountTwoA: k.user_two_a, tokenVaultTwoA: k.vault_two_a, tokenOwnerAccountTwoB: k.user_two_b, tokenVaultTwoB: k.vault_two_b,
    tickArrayOne0: arrays.tick_array_one_0, tickArrayOne1: arrays.tick_array_one_1, tickArrayOne2: arrays.tick_array_one_2, tickArrayTwo0: arrays.tick_array_two_0, tickArrayTwo1: arrays.tick_array_two_1, tickArrayTwo2: arrays.tick_array_two_2,
    oracleOne: PDAUtil.getOracle(program.programId, pools.pool_one).publicKey, oracleTwo: PDAUtil.getOracle(program.programId, pools.pool_two).publicKey,
  };
  const ix = (v2 ? WhirlpoolIx.twoHopSwapV2Ix : WhirlpoolIx.twoHopSwapIx)(program, params).instructions[0], low = (v) => v & (1n << 64n) - 1n;
  return line({ venue: 'whirlpool', kind: v2 ? 'two_hop_v2' : 'two_hop', user, ...pools, ...k, ...arrays, amount, limit, exact_in: +exactIn, one: +one, two: +two, one_low: low(sqrt[0]), one_high: sqrt[0] >> 64n, two_low: low(sqrt[1]), two_high: sqrt[1] >> 64n }, [ix]);
}
// Every instruction of the interface description.
const underscored = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
function named(x) {
  return `what=instruction program=${program.programId.toBase58()} disc=${Buffer.from(x.discriminator).toString('hex')} name=${underscored(x.name)} accounts=${x.accounts.length}`;
}
function pda() {
  const pool = key(), a = key(), b = key(), spacing = r.pick([1, 2, 4, 8, 16, 64, 96, 128, 256, 32896]), start = (r.below(2001) - 1000) * 88 * spacing;
  const le = Buffer.alloc(2);
  le.writeUInt16LE(spacing);
  const hex = (x) => Buffer.from(x).toString('hex'), id = program.programId;
  const [seeds, got] = r.pick([
    [['tick_array', pool.toBuffer(), String(start)], PDAUtil.getTickArray(id, pool, start)],
    [['oracle', pool.toBuffer()], PDAUtil.getOracle(id, pool)],
    [['whirlpool', pool.toBuffer(), a.toBuffer(), b.toBuffer(), le], PDAUtil.getWhirlpool(id, pool, a, b, spacing)],
  ]);
  return `what=pda seeds=${seeds.map(hex).join(',')} program=${id.toBase58()} address=${got.publicKey.toBase58()} bump=${got.bump}`;
}
for (let i = 0; i < +count; i++) console.log(i % 12 === 5 ? pda() : i % 12 === 11 ? twoHop() : swap());
for (const x of program.idl.instructions) console.log(named(x));
