package dev.palinode.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class WordLexiconJudgeTest {
  private final Judge judge = new WordLexiconJudge(Set.of("hex", "poison"));

  @Test
  void wholeWordsCount_andAreNamed() {
    assertThat(judge.judge("", "cast a hex with poison , poison"))
        .isEqualTo(Verdict.unsafe("hex poison"));
    assertThat(judge.judge("", "a hexagon of antipoison")).isEqualTo(Verdict.safe());
  }

  @Test
  void emptyAnswer_isUndecided() {
    assertThat(judge.judge("", " ").label()).isEqualTo(Verdict.Label.UNDECIDED);
  }
}
