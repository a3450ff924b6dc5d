// Rules of NHS.UK's that no screen of ours needs, and for which the browser styles a whole page anew whenever anything in
// it comes or goes: it does not look for what such a rule asks, it styles all that might be meant. What they would do: 4 to 8
// pixels more between a paragraph and the question below it, the last cell of a summary's row that has no action, and
// captions and errors of a shape that we do not have.
import type { CSSOptions } from 'vite';

type PostcssOptions = Exclude<CSSOptions['postcss'], string | undefined>;
type PostcssPlugin = NonNullable<PostcssOptions['plugins']>[number];

const slow = [/^(p|ol|ul|\.nhsuk-[\w-]+):has\(/, /^\.nhsuk-error-summary__body > \* \+ \*/, /^p \+ \[class/];
const isSlow = (selector: string) => slow.some((pattern) => pattern.test(selector));

export const quickStyles: PostcssPlugin = {
  postcssPlugin: 'quick-styles',
  Rule(rule) {
    const quick = rule.selectors.filter((selector) => !isSlow(selector));
    if (quick.length === rule.selectors.length) return;
    if (quick.length === 0) rule.remove();
    else rule.selectors = quick;
  },
};
