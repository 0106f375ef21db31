// openbook.cjs DIR SEED COUNT - instructions of OpenBook v1 and of Serum v3 as their SDKs build them, over every kind that has fixed accounts, and the
// addresses that the SDK derives.
'use strict';
const [dir, seed, count] = process.argv.slice(2);
const { createRequire } = require('module');
const need = createRequire(`${dir}/openbook/`);
const { PublicKey } = need('@solana/web3.js');
const BN = need('bn.js');
const openbook = need('@openbook-dex/openbook'), serum = need('@project-serum/serum');
const { seeded, line } = require('./common.cjs');

const r = seeded(seed), key = () => new PublicKey(r.bytes(32)), bn = (v) => new BN(v.toString());
const PROGRAMS = { openbook: new PublicKey('srmqPvymJeFKQ4zGQed1GFppgkRHL9kaELCbyksJtPX'), serum: new PublicKey('9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin') };
const SIDES = ['buy', 'sell'], TYPES = ['limit', 'ioc', 'postOnly'], SELF = ['decrementTake', 'cancelProvide', 'abortTransaction'];
const u128 = (v) => { const b = v.toArrayLike(Buffer, 'le', 16); return b.toString('hex'); };
const maybe = () => (r.below(3) === 0 ? key() : null);

// What every order has, as the SDK names it and as we do.
function order() {
  const side = r.below(2), type = r.below(3), self = r.below(3), price = r.amount() || 1n, coin = r.amount() || 1n, pc = r.amount() || 1n, client = r.amount();
  return [{ side: SIDES[side], limitPrice: bn(price), maxBaseQuantity: bn(coin), maxQuoteQuantity: bn(pc), maxQuantity: bn(coin), orderType: TYPES[type], clientId: bn(client), selfTradeBehavior: SELF[self] },
    { side, limit_price: price, max_coin_qty: coin, max_native_pc_incl_fees: pc, max_qty: coin, self_trade: self, order_type: type, client_order_id: client, limit: 65535 }];
}
const kinds = {
  initializeMarket: () => { const a = { market: key(), requestQueue: key(), eventQueue: key(), bids: key(), asks: key(), baseVault: key(), quoteVault: key(), baseMint: key(), quoteMint: key(), baseLotSize: bn(r.amount()), quoteLotSize: bn(r.amount()), feeRateBps: r.below(65536), vaultSignerNonce: bn(r.amount()), quoteDustThreshold: bn(r.amount()) };
    return ['initialize_market', a, { market: a.market, request_queue: a.requestQueue, event_queue: a.eventQueue, bids: a.bids, asks: a.asks, market_base_vault: a.baseVault, market_quote_vault: a.quoteVault, coin_mint: a.baseMint, pc_mint: a.quoteMint, coin_lot_size: a.baseLotSize, pc_lot_size: a.quoteLotSize, fee_rate_bps: a.feeRateBps, vault_signer_nonce: a.vaultSignerNonce, pc_dust_threshold: a.quoteDustThreshold }]; },
  newOrder: () => { const [o, w] = order(), a = { market: key(), openOrders: key(), payer: key(), owner: key(), requestQueue: key(), baseVault: key(), quoteVault: key(), feeDiscountPubkey: maybe(), ...o };
    return ['new_order', a, { market: a.market, open_orders: a.openOrders, order_payer: a.payer, user: a.owner, request_queue: a.requestQueue, market_base_vault: a.baseVault, market_quote_vault: a.quoteVault, ...(a.feeDiscountPubkey && { fee_discount: a.feeDiscountPubkey, with_discount: 1 }), ...w }]; },
  newOrderV3: () => { const [o, w] = order(), ts = r.below(2) ? null : r.next() >> 1n, replace = r.below(4) === 0, a = { market: key(), openOrders: key(), payer: key(), owner: key(), requestQueue: key(), eventQueue: key(), bids: key(), asks: key(), baseVault: key(), quoteVault: key(), feeDiscountPubkey: maybe(), maxTs: ts === null ? null : bn(ts), replaceIfExists: replace, ...o };
    return [replace ? 'replace_order_by_client_id' : 'new_order_v3', a, { market: a.market, open_orders: a.openOrders, order_payer: a.payer, user: a.owner, request_queue: a.requestQueue, event_queue: a.eventQueue, bids: a.bids, asks: a.asks, market_base_vault: a.baseVault, market_quote_vault: a.quoteVault, ...(a.feeDiscountPubkey && { fee_discount: a.feeDiscountPubkey, with_discount: 1 }), ...w, ...(ts !== null ? { max_ts: ts } : replace ? { max_ts: (1n << 63n) - 1n } : {}) }]; },
  sendTake: () => { const [o, w] = order(), limit = r.below(65536), a = { market: key(), requestQueue: key(), eventQueue: key(), bids: key(), asks: key(), baseWallet: key(), quoteWallet: key(), owner: key(), baseVault: key(), quoteVault: key(), vaultSigner: key(), feeDiscountPubkey: maybe(), minBaseQuantity: bn(r.amount()), minQuoteQuantity: bn(r.amount()), ...o, limit };
    return ['send_take', a, { market: a.market, request_queue: a.requestQueue, event_queue: a.eventQueue, bids: a.bids, asks: a.asks, coin_wallet: a.baseWallet, pc_wallet: a.quoteWallet, user: a.owner, market_base_vault: a.baseVault, market_quote_vault: a.quoteVault, market_signer: a.vaultSigner, ...(a.feeDiscountPubkey && { fee_discount: a.feeDiscountPubkey, with_discount: 1 }), ...w, min_coin_qty: a.minBaseQuantity, min_native_pc_qty: a.minQuoteQuantity, limit }]; },
  matchOrders: () => { const a = { market: key(), requestQueue: key(), eventQueue: key(), bids: key(), asks: key(), baseVault: key(), quoteVault: key(), limit: r.below(65536) };
    return ['match_orders', a, { market: a.market, request_queue: a.requestQueue, event_queue: a.eventQueue, bids: a.bids, asks: a.asks, market_base_vault: a.baseVault, market_quote_vault: a.quoteVault, limit: a.limit }]; },
  consumeEvents: () => { const a = { market: key(), eventQueue: key(), coinFee: key(), pcFee: key(), openOrdersAccounts: [key()], limit: r.below(65536) };
    return ['consume_events', a, { market: a.market, event_queue: a.eventQueue, coin_fee: a.coinFee, pc_fee: a.pcFee, open_orders: a.openOrdersAccounts[0], limit: a.limit }]; },
  consumeEventsPermissioned: () => { const a = { market: key(), eventQueue: key(), crankAuthority: key(), openOrdersAccounts: [key()], limit: r.below(65536) };
    return ['consume_events_permissioned', a, { market: a.market, event_queue: a.eventQueue, market_authority: a.crankAuthority, open_orders: a.openOrdersAccounts[0], limit: a.limit }]; },
  cancelOrder: () => { const side = r.below(2), id = new BN(r.bytes(16)), a = { market: key(), openOrders: key(), owner: key(), requestQueue: key(), side: SIDES[side], orderId: id, openOrdersSlot: r.below(256) };
    return ['cancel_order', a, { market: a.market, open_orders: a.openOrders, user: a.owner, request_queue: a.requestQueue, side, order_id: u128(id), slot: a.openOrdersSlot }]; },
  cancelOrderV2: () => { const side = r.below(2), id = new BN(r.bytes(16)), a = { market: key(), bids: key(), asks: key(), eventQueue: key(), openOrders: key(), owner: key(), side: SIDES[side], orderId: id };
    return ['cancel_order_v2', a, { market: a.market, bids: a.bids, asks: a.asks, event_queue: a.eventQueue, open_orders: a.openOrders, user: a.owner, side, order_id: u128(id) }]; },
  cancelOrderByClientId: () => { const a = { market: key(), openOrders: key(), owner: key(), requestQueue: key(), clientId: bn(r.amount()) };
    return ['cancel_order_by_client_id', a, { market: a.market, open_orders: a.openOrders, user: a.owner, request_queue: a.requestQueue, client_order_id: a.clientId }]; },
  cancelOrderByClientIdV2: () => { const a = { market: key(), bids: key(), asks: key(), eventQueue: key(), openOrders: key(), owner: key(), clientId: bn(r.amount()) };
    return ['cancel_order_by_client_id_v2', a, { market: a.market, bids: a.bids, asks: a.asks, event_queue: a.eventQueue, open_orders: a.openOrders, user: a.owner, client_order_id: a.clientId }]; },
  cancelOrdersByClientIds: () => { const ids = Array.from({ length: 1 + r.below(8) }, () => bn(r.amount())), a = { market: key(), bids: key(), asks: key(), eventQueue: key(), openOrders: key(), owner: key(), clientIds: [...ids] };
    return ['cancel_orders_by_client_ids', a, { market: a.market, bids: a.bids, asks: a.asks, event_queue: a.eventQueue, open_orders: a.openOrders, user: a.owner, ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`id_${i + 1}`, ids[i] || 0])) }]; },
  settleFunds: () => { const a = { market: key(), openOrders: key(), owner: key(), baseVault: key(), quoteVault: key(), baseWallet: key(), quoteWallet: key(), vaultSigner: key(), referrerQuoteWallet: maybe() };
    return ['settle_funds', a, { market: a.market, open_orders: a.openOrders, user: a.owner, market_base_vault: a.baseVault, market_quote_vault: a.quoteVault, coin_wallet: a.baseWallet, pc_wallet: a.quoteWallet, market_signer: a.vaultSigner, ...(a.referrerQuoteWallet && { referrer_wallet: a.referrerQuoteWallet, with_referrer: 1 }) }]; },
  closeOpenOrders: () => { const a = { market: key(), openOrders: key(), owner: key(), solWallet: key() };
    return ['close_open_orders', a, { market: a.market, open_orders: a.openOrders, user: a.owner, destination: a.solWallet }]; },
  initOpenOrders: () => { const a = { market: key(), openOrders: key(), owner: key(), marketAuthority: maybe() };
    return ['init_open_orders', a, { market: a.market, open_orders: a.openOrders, user: a.owner, ...(a.marketAuthority && { market_authority: a.marketAuthority, with_authority: 1 }) }]; },
  prune: () => { const a = { market: key(), bids: key(), asks: key(), eventQueue: key(), pruneAuthority: key(), openOrders: key(), openOrdersOwner: key(), limit: r.below(65536) };
    return ['prune', a, { market: a.market, bids: a.bids, asks: a.asks, event_queue: a.eventQueue, market_authority: a.pruneAuthority, open_orders: a.openOrders, open_orders_owner: a.openOrdersOwner, limit: a.limit }]; },
};
async function addresses(name) {
  const wallet = key(), market = key(), program = PROGRAMS[name], { publicKey } = await openbook.OpenOrders.getDerivedOOAccountPubkey(wallet, market, program);
  console.log(`what=orders user=${wallet} market=${market} program=${program} address=${publicKey}`);
  for (let nonce = r.amount(); ; nonce++) {
    const b = Buffer.alloc(8);
    b.writeBigUInt64LE(nonce & (1n << 64n) - 1n);
    try { console.log(`what=signer market=${market} nonce=${nonce & (1n << 64n) - 1n} program=${program} address=${PublicKey.createProgramAddressSync([market.toBuffer(), b], program)}`); return; } catch { /* on the curve */ }
  }
}
(async () => {
  const names = Object.keys(kinds);
  for (let i = 0; i < +count; i++) {
    const name = r.below(3) === 0 ? 'serum' : 'openbook', sdk = (name === 'serum' ? serum : openbook).DexInstructions, call = names[i % names.length];
    if (typeof sdk[call] !== 'function') { await addresses(name); continue; } // Serum's SDK is older
    const [kind, args, ours] = kinds[call]();
    if (name === 'serum' && (ours.max_ts !== undefined || kind.startsWith('replace'))) { await addresses(name); continue; }
    console.log(line({ venue: name, kind, ...ours }, [sdk[call]({ ...args, programId: PROGRAMS[name] })]));
  }
})();
