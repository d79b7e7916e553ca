import { type HandshakeCode, handshakeCodes } from '../domain/openclaw/handshake-codes.js';

/** Every refusal of a connect, for those who explain: each row cites remedies of this room. */
export const refusals: readonly HandshakeCode[] = handshakeCodes;
