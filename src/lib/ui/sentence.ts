/** "the patient was seen" where a sentence begins. */
export const sentence = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1);
