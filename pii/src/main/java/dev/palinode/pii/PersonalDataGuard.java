package dev.palinode.pii;

import dev.palinode.guard.Guard;
import dev.palinode.guard.InterruptibleText;
import dev.palinode.guard.Verdict;
import java.util.Comparator;

/**
 * Calls a text unsafe that contains personal data. The reason names the kind only: the data itself
 * should not get into logs.
 *
 * <p>In partial text, data at the end may still grow and do not count before they are certain. So
 * no beginning of a clean text is called unsafe, and whatever the complete text contains is found,
 * at its end at the latest. Until then the text is undecided from the first place where something
 * begins that may yet become personal data. Thread-safe.
 */
public final class PersonalDataGuard implements Guard {
  private final PersonalDataFinder finder;

  public PersonalDataGuard(PersonalDataFinder finder) {
    this.finder = finder;
  }

  /**
   * A guard against e-mail addresses and phone numbers.
   *
   * @param region as for {@link PersonalDataFinder#phones}
   * @throws IllegalArgumentException if there is no such region
   */
  public static PersonalDataGuard emailsAndPhones(String region) {
    return new PersonalDataGuard(
        PersonalDataFinder.emails().and(PersonalDataFinder.phones(region)));
  }

  @Override
  public Verdict check(String visible, boolean complete) throws InterruptedException {
    try {
      return verdict(visible, complete);
    } catch (InterruptibleText.Interrupted e) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
  }

  private Verdict verdict(String visible, boolean complete) {
    return finder.find(visible, complete).stream()
        .min(Comparator.comparingInt(PersonalData::start))
        .map(first -> Verdict.unsafe(first.type().description(), first.start()))
        .orElseGet(
            () ->
                complete
                    ? Verdict.safe()
                    : Verdict.safePrefixLength(finder.stablePrefixLength(visible)));
  }
}
