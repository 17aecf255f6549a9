package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.token.TokenIds;
import dev.palinode.training.objective.TokenizedExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** What becomes of an opening that two answers have in common. */
class ExampleTokenizerTest {
  private static final Words WORDS = new Words();
  private static final List<Message> QUESTION = List.of(Message.user("who is it"));

  @Example
  void opening_isPartOfThePrompt_andNotOfTheAnswers() {
    TokenizedExample example = tokenized("It was", " somebody", " Ann Lee");

    assertThat(WORDS.text(example.prompt())).isEqualTo("who is it| It was");
    assertThat(WORDS.text(example.safe())).isEqualTo(" somebody|");
    assertThat(WORDS.text(example.unsafe())).isEqualTo(" Ann Lee");
  }

  @Example
  void wordThatTheOpeningCuts_belongsToTheAnswersAsAWhole() {
    TokenizedExample example = tokenized("It was some", "body", "thing");

    assertThat(WORDS.text(example.prompt())).isEqualTo("who is it| It was");
    assertThat(WORDS.text(example.safe())).isEqualTo(" somebody|");
    assertThat(WORDS.text(example.unsafe())).isEqualTo(" something");
  }

  @Example
  void withoutAnOpening_answersThatBeginAlikeAreWhole() {
    TokenizedExample example = tokenized("", "It was nobody", "It was Ann");

    assertThat(WORDS.text(example.prompt())).isEqualTo("who is it|");
    assertThat(WORDS.text(example.safe())).isEqualTo(" It was nobody|");
  }

  @Property(tries = 200)
  void nothingIsLost_andBothAnswersKeepATokenOfTheirOwn(
      @ForAll @StringLength(max = 8) @AlphaChars String opening,
      @ForAll @StringLength(min = 1, max = 8) @AlphaChars String unsafe,
      @ForAll @IntRange(max = 3) int blanks) {
    String start = opening + " ".repeat(blanks);
    TokenizedExample example = tokenized(start, unsafe + " x", unsafe);

    int[] safe = TokenIds.join(example.prompt(), example.safe());
    int[] rejected = TokenIds.join(example.prompt(), example.unsafe());
    assertThat(WORDS.text(safe))
        .isEqualTo("who is it|" + WORDS.spaced(start + unsafe + " x") + "|");
    assertThat(WORDS.text(rejected)).isEqualTo("who is it|" + WORDS.spaced(start + unsafe));
    assertThat(example.hasUnsafe()).isTrue();
    assertThat(example.safe()).hasSizeGreaterThan(1);
  }

  @Example
  void answerTooLongByFar_isDroppedBeforeItIsTokenised() {
    ExampleTokenizer tokenizer = tokenizer(DataSettings.Overlong.TRUNCATE_OLDEST_TURNS);
    SafetyTriple blanks = new SafetyTriple(QUESTION, "a" + " ".repeat(10_000) + "x", "No");

    assertThat(tokenizer.tokenize(blanks)).isEmpty();
    assertThat(tokenizer.dropped()).isEqualTo(1);
    assertThat(WORDS.longestRead).isLessThan(10_000);
  }

  @Example
  void exchangeTooLongByFar_isCutBeforeItIsTokenised() {
    ExampleTokenizer tokenizer = tokenizer(DataSettings.Overlong.TRUNCATE_OLDEST_TURNS);
    List<Message> prompt =
        List.of(Message.user("y".repeat(10_000)), Message.assistant("what"), QUESTION.get(0));
    TokenizedExample example =
        tokenizer.tokenize(new SafetyTriple(prompt, "Nobody", "Ann")).orElseThrow();

    assertThat(tokenizer.cut()).isEqualTo(1);
    assertThat(WORDS.text(example.prompt())).isEqualTo("who is it|");
    assertThat(WORDS.longestRead).isLessThan(10_000);
  }

  private static ExampleTokenizer tokenizer(DataSettings.Overlong overlong) {
    return new ExampleTokenizer(WORDS, e -> e.prompt().length + e.safe().length, 100, overlong);
  }

  private static TokenizedExample tokenized(String opening, String safe, String unsafe) {
    ExampleTokenizer tokenizer = tokenizer(DataSettings.Overlong.DROP);
    return tokenizer.tokenize(new SafetyTriple(QUESTION, opening, safe, unsafe)).orElseThrow();
  }

  /** A token is a word and the blanks before it; an answer begins with a blank; {@code |} ends. */
  private static final class Words implements ChatFormat {
    private final List<String> vocabulary = new ArrayList<>(List.of("|"));
    private int longestRead;

    @Override
    public int[] prompt(List<Message> messages) {
      return TokenIds.join(ids(messages.get(0).content()), new int[] {0});
    }

    @Override
    public int[] answer(String text) {
      return TokenIds.join(ids(spaced(text)), new int[] {0});
    }

    String spaced(String text) {
      return " " + text.strip();
    }

    private int[] ids(String text) {
      longestRead = Math.max(longestRead, text.length());
      return List.of(text.split("(?<=\\S)(?= )")).stream()
          .mapToInt(
              word -> {
                if (!vocabulary.contains(word)) {
                  vocabulary.add(word);
                }
                return vocabulary.indexOf(word);
              })
          .toArray();
    }

    String text(int[] ids) {
      StringBuilder text = new StringBuilder();
      for (int id : ids) {
        text.append(vocabulary.get(id));
      }
      return text.toString();
    }

    @Override
    public Set<Integer> endOfTurnIds() {
      return Set.of(0);
    }
  }
}
