package dev.palinode.pii;

import dev.palinode.guard.InterruptibleText;
import dev.palinode.text.PartialText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds data with a regular expression and a check of each match.
 *
 * <p>Matches are tried from left to right. A try that did not read the end of the text has the same
 * result whatever follows, so partial text is decided up to the first try that did. The pattern
 * must not have constructs that read the end without setting {@link Matcher#hitEnd}: {@code \X},
 * {@code \b{g}}. Its repetitions are bounded, so that the search is linear.
 *
 * @param pattern if it has groups, the first one that matched is reported
 * @param check of the reported text
 */
record PatternFinder(PersonalData.Type type, Pattern pattern, Predicate<String> check)
    implements PersonalDataFinder {
  /** A finder of all matches. */
  PatternFinder(PersonalData.Type type, Pattern pattern) {
    this(type, pattern, found -> true);
  }

  @Override
  public List<PersonalData> find(String text, boolean complete) {
    return search(text, complete).found();
  }

  @Override
  public int stablePrefixLength(String text) {
    return search(text, false).stablePrefixLength();
  }

  private record Search(List<PersonalData> found, int stablePrefixLength) {}

  private Search search(String visible, boolean complete) {
    String text = complete ? visible : PartialText.wholeCharacters(visible);
    List<PersonalData> found = new ArrayList<>();
    // lookbehind sees the text before the region
    Matcher matcher =
        pattern
            .matcher(new InterruptibleText(text))
            .useTransparentBounds(true)
            .useAnchoringBounds(false);
    int from = 0;
    while (from < text.length()) {
      matcher.region(from, text.length());
      boolean matches = complete ? matcher.find() : matcher.lookingAt();
      if (complete ? !matches : matcher.hitEnd()) {
        break;
      }
      int start = matches ? matcher.start() : from;
      from = matches && take(text, matcher, found) ? matcher.end() : start + 1;
    }
    return new Search(found, from);
  }

  private boolean take(String text, Matcher matcher, List<PersonalData> found) {
    int group = 1;
    while (group <= matcher.groupCount() && matcher.start(group) < 0) {
      group++;
    }
    group = group <= matcher.groupCount() ? group : 0;
    int start = matcher.start(group);
    int end = matcher.end(group);
    if (!check.test(text.substring(start, end))) {
      return false;
    }
    found.add(new PersonalData(type, start, end));
    return true;
  }
}
