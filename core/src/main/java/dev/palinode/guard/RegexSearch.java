package dev.palinode.guard;

import dev.palinode.storage.Printable;
import java.util.Optional;
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
 */
final class RegexSearch implements TextSearch {
  /** Spellings of such constructs. What merely looks like one only has to wait longer. */
  private static final Pattern LOOKS_AHEAD =
      Pattern.compile("\\(\\?[=!>]|[*+?}]\\+|\\\\[XRz]|\\\\b\\{");

  private final Pattern pattern;
  private final boolean looksAhead;
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
    this.name = "pattern " + Printable.quote(pattern.pattern());
  }

  @Override
  public Optional<Hit> earliest(String text, boolean complete) throws InterruptedException {
    Matcher matcher =
        pattern.matcher(new InterruptibleText(complete ? text : PartialText.wholeCharacters(text)));
    try {
      while (matcher.find()) {
        if (complete || !mayBeUndone(matcher, text.length())) {
          return Optional.of(new Hit(matcher.start(), name));
        }
      }
    } catch (InterruptibleText.Interrupted e) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
    return Optional.empty();
  }

  private boolean mayBeUndone(Matcher matcher, int length) {
    return looksAhead ? matcher.hitEnd() || matcher.end() == length : matcher.requireEnd();
  }
}
