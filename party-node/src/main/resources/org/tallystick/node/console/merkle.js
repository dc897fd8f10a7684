// The proofs of RFC 6962, section 2.1.1, checked here in the way of RFC 9162, section 2.1.3.2.

export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) {
    throw new RangeError('not hexadecimal');
  }
  return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16));
}

export function toHex(bytes) {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
}

/** SHA-256 of these parts after each other. */
export async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

export function leafHash(leaf) {
  return sha256(Uint8Array.of(0), leaf);
}

function nodeHash(left, right) {
  return sha256(Uint8Array.of(1), left, right);
}

/**
 * The root that the path leads to from leaf number `index` of `size`, in hexadecimal, and the steps to it; empty when
 * the path is no such path.
 */
export async function climb(leaf, index, size, path) {
  let hash = leaf;
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  const steps = [];
  if (at < 0n || at > last) {
    return {root: '', steps};
  }
  for (const text of path) {
    const sibling = fromHex(text);
    if (last === 0n || sibling.length !== 32) {
      return {root: '', steps};
    }
    const onRight = (at & 1n) === 1n || at === last;
    hash = onRight ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
    steps.push({sibling: text, left: onRight, hash: toHex(hash)});
    while (onRight && (at & 1n) === 0n && at !== 0n) {
      at >>= 1n;
      last >>= 1n;
    }
    at >>= 1n;
    last >>= 1n;
  }
  return {root: last === 0n ? toHex(hash) : '', steps};
}

/** What comes of checking one receipt as the node shows it: each fact by itself. */
export async function verify(receipt) {
  const leaf = await leafHash(fromBase64(receipt.leaf));
  const {root, steps} = await climb(leaf, receipt.index, receipt.proof.size, receipt.proof.path);
  return {
    leaf: toHex(leaf),
    steps,
    root,
    leafIsRight: toHex(leaf) === receipt.proof.leafHash,
    sizeIsRight: receipt.head !== undefined && receipt.proof.size === receipt.head.size,
    rootIsRight: receipt.head !== undefined && root !== '' && root === receipt.head.root,
  };
}
