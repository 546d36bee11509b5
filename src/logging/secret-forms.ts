/** Percent signs with small hexadecimal digits, as some write them. */
const small = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** Every character that is not unreserved (RFC 3986); `encodeURIComponent` leaves five more alone. */
const strictly = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Inside base64 of a longer text a secret begins at any of three places in a group; what it shares with its neighbours is left out. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const inside = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [inside, inside.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(inside), small(encodeURIComponent(inside))];
  });
}

/** JSON as different writers escape it: Node, PHP (slashes), and those that keep to ASCII. */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const ascii = plain.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [plain, ascii].flatMap((form) => [form, form.replaceAll('/', '\\/'), JSON.stringify(form).slice(1, -1)]);
}

function htmlForm(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (char) => names[char] ?? char);
}

/** A secret that is shorter is not told from base64 of something else. */
const shortestEncoded = 6;

/** A secret as it may stand in a text: as it is, in a URL, in a form, in JSON, in HTML, in base64 and in hexadecimal digits. */
export function secretForms(value: string): string[] {
  // Half a pair of surrogates has no form in a URL.
  const bytes = Buffer.from(value, 'utf8');
  const secret = bytes.toString('utf8');
  const urls = [encodeURIComponent(secret), strictly(secret), encodeURI(secret)].flatMap((form) => [form, form.replaceAll('%20', '+')]);
  const hex = bytes.toString('hex');
  const coded = bytes.length < shortestEncoded ? [] : [...base64Forms(bytes), hex, hex.toUpperCase()];
  return [...new Set([value, secret, ...urls, ...urls.map(small), ...jsonForms(secret), htmlForm(secret), ...coded])];
}
