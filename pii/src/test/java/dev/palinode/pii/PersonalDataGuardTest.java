package dev.palinode.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.guard.Verdict;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataGuardTest {
  private static final PersonalDataGuard GUARD = PersonalDataGuard.emailsAndPhones("US");

  private static String found(PersonalDataFinder finder, String text, boolean complete) {
    return finder.find(text, complete).stream()
        .map(data -> text.substring(data.start(), data.end()))
        .reduce("", (all, each) -> all + "[" + each + "]");
  }

  @ParameterizedTest
  @CsvSource({
    "ann@example.com, [ann@example.com]",
    "Write to ann@example.com., [ann@example.com]",
    "'(ann.b+c@mail.example.com),', [ann.b+c@mail.example.com]",
    "mailto:ann@example.com?subject=x, [ann@example.com]",
    "<ann@EXAMPLE.COM>, [ann@EXAMPLE.COM]",
    "jürgen@bücher.example, [jürgen@bücher.example]",
    "ann@xn--bcher-kva.example, [ann@xn--bcher-kva.example]",
    "ann@example.xn--p1ai!, [ann@example.xn--p1ai]",
    "ann@उदाहरण.भारत, [ann@उदाहरण.भारत]",
    "a@b.co and c@d.org, [a@b.co][c@d.org]",
    "ann@example.com-based, [ann@example.com]",
    "**ann@example.com**, [ann@example.com]",
    "\"\"\"ann\"\"@example.com\", ''",
    "ann@localhost, ''",
    "ann@example.c, ''",
    "ann@4.17.21, ''",
    "tool@2.rc1, ''",
    "@example.com, ''",
    "ann.@example.com, ''",
    "ann@-example, ''",
    "ann at example dot com, ''",
  })
  void emails_ofTheFormThatPeopleWrite(String text, String expected) {
    assertThat(found(PersonalDataFinder.emails(), text, true)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ann@example.co, ''",
    "ann@example.com1, ''",
    "'ann@example.com ', [ann@example.com]",
    "ann@example.com., ''",
    "'ann@example.com. ', [ann@example.com]",
    "ann@example.com\uD835, ''",
  })
  void anEmail_isCertainOneCharacterLater(String text, String expected) {
    assertThat(found(PersonalDataFinder.emails(), text, false)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "US, Call (212) 555-0123 now, [(212) 555-0123]",
    "US, 212-555-0123 or +1 415 555 0199, [212-555-0123][+1 415 555 0199]",
    "US, 212-555-0123 ext. 44, [212-555-0123 ext. 44]",
    "US, '1 212-555-0123,\n415-555-0199#1x', [1 212-555-0123][415-555-0199]",
    "ZZ, 212-555-0123 or +1 415 555 0199, [+1 415 555 0199]",
    "US, 2024-01-02 12:30, ''",
    "US, 1234567890123456789, ''",
    "US, 212-555-01, ''",
    "US, from 1990 to 2000, ''",
  })
  void phones_thatTheNumberingPlanHas(String region, String text, String expected) {
    assertThat(found(PersonalDataFinder.phones(region), text, true)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"212-555-0123", "212-555-0123 ", "212-555-0123. ", "212-555-0123x"})
  void aPhone_mayGoOn(String text) {
    assertThat(found(PersonalDataFinder.phones("US"), text, false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"212-555-0123,", "212-555-0123. C", "212-555-0123\n", "212-555-0123!"})
  void aPhone_isCertainOnceSomethingElseFollows(String text) {
    assertThat(found(PersonalDataFinder.phones("US"), text, false)).isEqualTo("[212-555-0123]");
  }

  @Test
  void theVerdict_saysWhereAndWhat_butNotTheDataItself() throws InterruptedException {
    String text = "Call 212-555-0123, or write to ann@example.com.";

    assertThat(GUARD.check(text, true)).isEqualTo(Verdict.unsafe("phone number", 5));
    assertThat(GUARD.check("Write to ann@example.com", true))
        .isEqualTo(Verdict.unsafe("e-mail address", 9));
    assertThat(GUARD.check("Nothing here", true)).isEqualTo(Verdict.safe());
    assertThat(GUARD.check("", false)).isEqualTo(Verdict.safeUpTo(0));
  }

  @ParameterizedTest
  @CsvSource({
    "mail ann, 5",
    "'mail ann ', 9",
    "mail ann@example.co, 5",
    "mail (ann@example, 6",
    "'ann@example, ', 13",
    "'at @example', 4",
    "'in 1990', 3",
    "'in 1990 ', 3",
    "'in 1990 the ', 12",
    "'in 1990. B', 9",
    "'in 1990, ', 9",
    "'call (2', 5",
    "'call +', 5",
    "'call 555 0123 e', 5",
    "'call 555 0123 ex 4', 17",
    "'call 555-0123 ext. 4', 5",
    "'call 555 0123x', 5",
    "\uD835, 0",
  })
  void partialText_isDecidedUpToWhereDataMayBegin(String text, int decided)
      throws InterruptedException {
    assertThat(GUARD.check(text, false)).isEqualTo(Verdict.safeUpTo(decided));
  }

  @Test
  void anotherFinder_takesItsPlace() throws Exception {
    PersonalDataFinder second =
        (text, complete) -> List.of(new PersonalData(PersonalData.Type.PHONE, 3, 4));

    assertThat(new PersonalDataGuard(PersonalDataFinder.emails().and(second)).check("a@b.co", true))
        .isEqualTo(Verdict.unsafe("e-mail address"));
    assertThat(new PersonalDataGuard(second).check("a@b.co", true).safePrefixLength()).isEqualTo(3);
    assertThat(second.stablePrefixLength("two words ")).as("unless it says so, nothing").isZero();
  }

  @Test
  void anUnknownRegion_isAnError() {
    assertThatThrownBy(() -> PersonalDataGuard.emailsAndPhones("us"))
        .hasMessage(
            "region \"us\" is unknown: expected an ISO 3166 code such as US or DE, or ZZ for none");
  }

  @Test
  void aLongSearch_endsWhenInterrupted() {
    String text = "1 Xy, ".repeat(20_000);
    Thread.currentThread().interrupt();
    try {
      for (PersonalDataFinder each :
          List.of(
              PersonalDataFinder.emails(),
              PersonalDataFinder.phones("US"),
              PersonalDataFinder.urls(),
              PersonalDataFinder.postalAddresses())) {
        assertThatThrownBy(() -> each.find(text, true)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> each.find(text, false)).isInstanceOf(CancellationException.class);
      }
      assertThatThrownBy(() -> GUARD.check(text, true)).isInstanceOf(CancellationException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
