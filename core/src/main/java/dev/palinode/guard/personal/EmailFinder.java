package dev.palinode.guard.personal;

import dev.palinode.guard.InterruptibleText;
import dev.palinode.guard.PartialText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * E-mail addresses: see {@link PersonalDataFinder#emails}.
 *
 * <p>The last label must not go on with a digit, which would make it none: {@code v@2.rc1} names a
 * version. So at the end of partial text nothing is certain; one character later it is, since what
 * follows that can lengthen an address but never undo it.
 */
final class EmailFinder implements PersonalDataFinder {
  /** The limits of labels and of their number keep the search linear, too. */
  private static final Pattern DOMAIN =
      Pattern.compile(
          "@(?:A(?:[A-]{0,61}A)?\\.){1,10}(?:xn--[A-]*A|\\p{L}[\\p{L}\\p{M}]+)(?!A)"
              .replace("[A-]", "[\\p{L}\\p{M}\\p{Nd}-]")
              .replace("A", "[\\p{L}\\p{M}\\p{Nd}]"),
          Pattern.CASE_INSENSITIVE);

  /** What RFC 5321 allows in a local part beside letters and digits. */
  private static final String SIGNS = ".!#$%&'*+/=?^_`{|}~-";

  /** Signs that are more likely to stand before an address than to begin it. */
  private static final String NEVER_FIRST = ".!#$%&'*/=?^`{|}~-";

  private static final int LONGEST_LOCAL = 64;

  /** What a domain may go on with. */
  private static final Pattern WITHIN_DOMAIN = Pattern.compile("[\\p{L}\\p{M}\\p{Nd}.-]*");

  @Override
  public List<PersonalData> find(String text, boolean complete) {
    List<PersonalData> found = new ArrayList<>();
    String whole = complete ? text : PartialText.wholeCharacters(text);
    Matcher domain = DOMAIN.matcher(new InterruptibleText(whole));
    while (domain.find()) {
      int start = localStart(text, domain.start());
      boolean isCertain = complete || domain.end() < whole.length();
      if (start < domain.start() && isCertain) {
        found.add(new PersonalData(PersonalData.Type.EMAIL, start, domain.end()));
      }
    }
    return found;
  }

  /**
   * From where the last {@code @} has its local part, if its domain may go on; otherwise from where
   * the {@code @} would have one that comes next.
   */
  @Override
  public int undecidedFrom(String text) {
    String whole = PartialText.wholeCharacters(text);
    int at = whole.lastIndexOf('@');
    if (at >= 0 && WITHIN_DOMAIN.matcher(whole).region(at + 1, whole.length()).matches()) {
      int start = localStart(whole, at);
      if (start < at) {
        return start;
      }
    }
    return localStart(whole, whole.length());
  }

  /** Where the local part before the {@code @} begins; there, if it has none. */
  private static int localStart(String text, int at) {
    int start = at;
    while (start > 0 && at - start < LONGEST_LOCAL) {
      int before = text.codePointBefore(start);
      if (!isLetterDigitOrMark(before) && SIGNS.indexOf(before) < 0) {
        break;
      }
      start -= Character.charCount(before);
    }
    while (start < at && NEVER_FIRST.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    return text.startsWith(".@", at - 1) ? at : start;
  }

  private static boolean isLetterDigitOrMark(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || Character.getType(codePoint) == Character.NON_SPACING_MARK
        || Character.getType(codePoint) == Character.COMBINING_SPACING_MARK;
  }
}
