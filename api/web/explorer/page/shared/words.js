/** How numbers, dates and the terms of the model are put in words. */

export const ALIGNMENTS = {
  SELF_SERVING: { word: "Self-serving", says: "what is said serves the one who says it" },
  AGAINST_INTEREST: { word: "Against interest", says: "what is said goes against the interest of the one who says it" },
  MIXED: { word: "Mixed", says: "it cuts both ways" },
  OWN_CASE: { word: "Own case", says: "somebody speaks of themselves" },
};

export const BASES = {
  VERBATIM: "word for word",
  RECORDED: "a register's entry",
  PARAPHRASED: "paraphrased",
  INFERRED: "inferred",
};

export const STATUSES = { PROPOSED: "proposed", ACCEPTED: "accepted", REJECTED: "rejected", RETRACTED: "retracted" };

const WHOLE = new Intl.NumberFormat("en");

export const count = (number) => WHOLE.format(number);

export function counted(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A number with its sign, as readers of text set it. */
export function signed(number) {
  const size = Math.abs(number).toFixed(2).replace(/0$/, "");
  return `${number < 0 ? "−" : "+"}${size}`;
}

export function strength(number) {
  return number.toFixed(2);
}

/** When something was said and holds, in words; nothing where it is not known. */
export function dates({ statedOn, validFrom, validTo }) {
  const held = validFrom && validTo ? `${validFrom} to ${validTo}` : validFrom ? `since ${validFrom}` : validTo ? `until ${validTo}` : "";
  return [statedOn && `said ${statedOn}`, held].filter(Boolean).join(" · ");
}

/** Words of a name such as NewsOrganization. */
export function spaced(name) {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2");
}

export function shortened(text, most) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("").trimEnd()}…`;
}

/** Lines of at most so many letters; what does not fit ends in a mark. */
export function wrapped(text, letters, most) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (longer.length <= letters) lines[lines.length - 1] = longer;
    else if (!lines.at(-1)) lines[lines.length - 1] = shortened(word, letters);
    else lines.push(shortened(word, letters));
  }
  if (lines.length <= most) return lines;
  // The last line ends with a whole word, if there is room for one.
  const last = lines[most - 1];
  const whole = last.length < letters ? last : last.replace(/\s+\S*$/, "");
  return [...lines.slice(0, most - 1), whole.length < letters ? `${whole}…` : shortened(`${whole}…`, letters)];
}
