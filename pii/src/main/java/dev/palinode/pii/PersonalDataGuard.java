package dev.palinode.pii;

import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import java.util.Comparator;

/**
 * A guard that calls a text with personal data unsafe. The reason names the kind of data only, as
 * the data itself should not get into logs.
 *
 * <p>Data at the end of partial text does not count until it is certain: the text is undecided from
 * the first place where personal data may begin, and all data is found once it is complete. An
 * interrupt ends a check with a {@link java.util.concurrent.CancellationException}. Thread-safe.
 */
public record PersonalDataGuard(PersonalDataFinder finder) implements Guard {
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
  public Verdict check(String visible, boolean complete) {
    return finder.find(visible, complete).stream()
        .min(Comparator.comparingInt(PersonalData::start))
        .map(first -> Verdict.unsafe(first.type().description(), first.start()))
        .orElseGet(
            () -> Verdict.safeUpTo(complete ? Verdict.ALL : finder.stablePrefixLength(visible)));
  }
}
