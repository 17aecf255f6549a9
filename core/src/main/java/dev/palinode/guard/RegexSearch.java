package dev.palinode.guard;

import dev.palinode.storage.Printable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a regular expression in a text.
 *
 * <p>Of partial text a match counts only if more text could not undo it. For most patterns {@link
 * Matcher#requireEnd} tells: a match stays possible whatever follows, unless it leans on the end of
 * the text. It does not tell for constructs that look at what follows, or refuse to give back what
 * they took (look-ahead, atomic groups, possessive quantifiers, {@code \X}, {@code \R}, {@code
 * \z}): there, a search that so much as touched the end waits.
 *
 * <p>Partial text is undecided from the first place where a match is open: where one was found that
 * more text may undo, or the attempt to match touched the end. An attempt that failed before it
 * came to the end fails whatever follows. With {@code \X}, {@code \b{g}} and canonical equivalence
 * {@link Matcher#hitEnd} does not tell, and with back references beside atomic groups and the like
 * an attempt depends on those before it; there, all is undecided.
 */
final class RegexSearch implements TextSearch {
  /** Spellings of such constructs. What merely looks like one only has to wait longer. */
  private static final Pattern LOOKS_AHEAD =
      Pattern.compile("\\(\\?[=!>]|[*+?}]\\+|\\\\[XRz]|\\\\b\\{");

  /** Constructs that read up to the end without a word of it. */
  private static final Pattern READS_UNNOTICED = Pattern.compile("\\\\X|\\\\b\\{");

  private static final Pattern REFERS_BACK = Pattern.compile("\\\\[1-9k]");

  /**
   * Constructs that leave their groups set for the next attempt, where back references see them.
   */
  private static final Pattern LEAVES_GROUPS = Pattern.compile("\\(\\?<?[=!>]|[*+?}]\\+");

  private final Pattern pattern;
  private final boolean looksAhead;
  private final boolean neverTried;
  private final String name;

  /**
   * A search.
   *
   * @throws IllegalArgumentException if the pattern matches the empty text, and so any text
   */
  RegexSearch(Pattern pattern) {
    if (pattern.matcher("").find()) {
      throw new IllegalArgumentException(
          "pattern %s matches the empty text: no answer could pass it"
              .formatted(Printable.quote(pattern.pattern())));
    }
    this.pattern = pattern;
    boolean isCanonical = (pattern.flags() & Pattern.CANON_EQ) != 0; // a mark may yet follow
    this.looksAhead = isCanonical || LOOKS_AHEAD.matcher(pattern.pattern()).find();
    this.neverTried = isCanonical || cannotBeTried(pattern.pattern());
    this.name = "pattern " + Printable.quote(pattern.pattern());
  }

  /** Whether attempts one by one do not tell what a search finds in a longer text. */
  private static boolean cannotBeTried(String regex) {
    return READS_UNNOTICED.matcher(regex).find()
        || (REFERS_BACK.matcher(regex).find() && LEAVES_GROUPS.matcher(regex).find());
  }

  @Override
  public Verdict search(String text, boolean complete) throws InterruptedException {
    InterruptibleText whole =
        new InterruptibleText(complete ? text : PartialText.wholeCharacters(text));
    Matcher matcher = pattern.matcher(whole);
    try {
      while (matcher.find()) {
        if (complete || !mayBeUndone(matcher, text.length())) {
          return Verdict.unsafe(name, matcher.start());
        }
      }
      return complete ? Verdict.safe() : Verdict.safeUpTo(openFrom(matcher, whole.length()));
    } catch (InterruptibleText.Interrupted e) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
  }

  /** Where the first attempt begins that more text may turn into a match. */
  private int openFrom(Matcher matcher, int length) {
    if (neverTried) {
      return 0;
    }
    // look-behind, \b and ^ see what stands before the place of an attempt
    matcher.useTransparentBounds(true).useAnchoringBounds(false);
    for (int start = 0; start < length; start++) {
      if (matcher.region(start, length).lookingAt() || matcher.hitEnd()) {
        return start;
      }
    }
    return length;
  }

  private boolean mayBeUndone(Matcher matcher, int length) {
    return looksAhead ? matcher.hitEnd() || matcher.end() == length : matcher.requireEnd();
  }
}
