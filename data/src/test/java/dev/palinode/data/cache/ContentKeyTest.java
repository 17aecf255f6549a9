package dev.palinode.data.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ContentKeyTest {
  /** All that a key hangs on. */
  record Question(String judge, List<Message> prompt, String answer) {
    ContentKey key() {
      return new ContentKey.Builder().text(judge).messages(prompt).text(answer).build();
    }
  }

  /** Few letters, so that questions are often the same, or put together from the same text. */
  @Provide
  Arbitrary<Question> questions() {
    Arbitrary<String> texts =
        Arbitraries.strings().withChars('a', '\uD800', '\uDC00', '?').ofMaxLength(2);
    Arbitrary<Message> messages =
        Combinators.combine(Arbitraries.of(Role.values()), texts).as(Message::new);
    return Combinators.combine(texts, messages.list().ofMaxSize(2), texts).as(Question::new);
  }

  @Property
  void keysAreTheSame_whereTheQuestionsAre(
      @ForAll("questions") Question one, @ForAll("questions") Question other) {
    assertThat(one.key().equals(other.key())).isEqualTo(one.equals(other));
    assertThat(one.key()).isEqualTo(one.key());
  }

  @Property
  void movedBorders_makeAnotherKey(@ForAll String first, @ForAll String second) {
    String whole = first + second;
    Question question = new Question(first, List.of(Message.user(second)), whole);
    List<Question> moved =
        List.of(
            new Question(whole, List.of(Message.user("")), whole),
            new Question(first, List.of(Message.user(second + whole)), ""),
            new Question(first, List.of(Message.user(second), Message.user("")), whole),
            new Question(first, List.of(Message.user(second), Message.user(whole)), ""),
            new Question(first, List.of(Message.assistant(second)), whole));

    assertThat(moved)
        .filteredOn(each -> !each.equals(question))
        .noneMatch(each -> each.key().equals(question.key()));
  }

  @Property
  void numbersOfAnyWidth_count(
      @ForAll int narrow, @ForAll long wide, @ForAll int otherNarrow, @ForAll long otherWide) {
    ContentKey one = new ContentKey.Builder().number(narrow).number(wide).build();
    ContentKey other = new ContentKey.Builder().number(otherNarrow).number(otherWide).build();

    assertThat(one.equals(other)).isEqualTo(narrow == otherNarrow && wide == otherWide);
  }

  @Property
  void aKey_canBeReadFromItsText(@ForAll long high, @ForAll long low) {
    ContentKey key = new ContentKey(high, low);

    assertThat(key.toString()).hasSize(ContentKey.DIGITS);
    assertThat(ContentKey.parse(key.toString())).isEqualTo(key);
  }

  @Example
  void whatIsNoKey_isRefused() {
    assertThatThrownBy(() -> ContentKey.parse("12")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ContentKey.parse("x".repeat(32)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
