/** What is written in place of a value of one type: `##CREDIT_CARD##`. */
export function redactionMark(type: string): string {
  return `##${type.toUpperCase()}##`;
}
