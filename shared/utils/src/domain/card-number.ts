/** Digits in a row, or with one separator between any two, as people write card numbers. */
const DIGIT_RUN = /\d(?:[ ._:-]?\d){11,18}/g;
/** Numbers of payment cards begin with these (ISO/IEC 7812-1): other identifiers of that length mostly do not. */
const FIRST_DIGIT = /^[2-6]/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the number of a payment card stands in the text, however it is written; ids are not taken for one. */
export function holdsCardNumber(text: string): boolean {
  if (UUID.test(text)) return false;
  return (text.match(DIGIT_RUN) ?? []).some((run) => {
    const digits = run.replace(/\D/g, '');
    return FIRST_DIGIT.test(digits) && passesLuhn(digits);
  });
}

/** The check digit every payment card number carries (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
