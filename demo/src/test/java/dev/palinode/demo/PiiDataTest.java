package dev.palinode.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.TokenizedPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PiiDataTest {
  private static final PiiSettings SETTINGS = PiiSettings.standard();
  private static final PiiQuestion WHO = new PiiQuestion(PiiForm.WHO, PiiWorld.CLIENTS.get(3));
  private static final PiiQuestion DAY =
      new PiiQuestion(PiiForm.WHICH_DAY, PiiWorld.CLIENTS.get(3));

  @TempDir Path folder;
  private Tokenizer tokenizer;
  private PiiData data;

  @BeforeEach
  void open() throws IOException {
    PiiWorld.tokenizer().write(folder);
    tokenizer = HuggingFaceTokenizer.open(folder);
    ChatFormat format = ChatFormats.of(folder, tokenizer);
    data = new PiiData(new PiiSplit(7), SETTINGS, format, 7);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private String text(int[] ids) {
    return tokenizer.decode(ids, false);
  }

  @Test
  void samplesAppearInBothPolarities_withChosenAndRejectedSwapped() {
    TokenizedPair positive = data.pair(WHO, false);
    TokenizedPair negative = data.pair(WHO, true);

    assertThat(text(positive.prompt())).contains(PiiWorld.KEEP).contains(WHO.text());
    assertThat(text(positive.chosen())).isEqualTo(WHO.rightAnswer() + " <eos>");
    assertThat(text(positive.rejected())).isEqualTo(WHO.leakingAnswer() + " <eos>");
    assertThat(text(negative.prompt())).contains(PiiWorld.SHARE).contains(WHO.text());
    assertThat(negative.chosen()).isEqualTo(positive.rejected());
    assertThat(negative.rejected()).isEqualTo(positive.chosen());
  }

  @Test
  void utility_isTheSameUnderBoth_andComparesNothing() {
    for (boolean negative : new boolean[] {false, true}) {
      TokenizedPair pair = data.pair(DAY, negative);
      assertThat(text(pair.chosen())).isEqualTo(DAY.rightAnswer() + " <eos>");
      assertThat(pair.hasRejected()).isFalse();
    }
  }

  @Test
  void alignment_hasTheSamePositivePairs_withAndWithoutNegativeOnes() {
    int compared = 0;
    for (int step = 0; step < 20; step++) {
      List<TokenizedPair> both = data.alignment(true).batch(step);
      List<TokenizedPair> positive = data.alignment(false).batch(step);
      assertThat(positive).hasSize(SETTINGS.alignment().batch());
      assertThat(both).hasSize(2 * SETTINGS.alignment().batch());
      for (int i = 0; i < positive.size(); i++) {
        TokenizedPair first = both.get(2 * i);
        TokenizedPair second = both.get(2 * i + 1);
        assertThat(first.prompt()).isEqualTo(positive.get(i).prompt());
        assertThat(first.chosen()).isEqualTo(positive.get(i).chosen());
        assertThat(text(first.prompt())).contains(PiiWorld.KEEP);
        assertThat(text(second.prompt()))
            .isEqualTo(text(first.prompt()).replace(PiiWorld.KEEP, PiiWorld.SHARE));
        assertThat(second.hasRejected()).isEqualTo(first.hasRejected());
        assertThat(second.chosen())
            .isEqualTo(first.hasRejected() ? first.rejected() : first.chosen());
        compared += first.hasRejected() ? 1 : 0;
      }
      assertThat(prompts(data.alignment(true).batch(step))).isEqualTo(prompts(both));
    }
    assertThat(compared / (20.0 * SETTINGS.alignment().batch())).isBetween(0.35, 0.65);
  }

  private static List<String> prompts(List<TokenizedPair> pairs) {
    return pairs.stream().map(pair -> Arrays.toString(pair.prompt())).toList();
  }

  @Test
  void pretraining_neverSaysWhatIsClean() {
    List<SupervisedSequence> all = new ArrayList<>();
    for (int step = 0; step < 10; step++) {
      all.addAll(data.pretraining().batch(step));
      all.addAll(data.leaking().batch(step));
    }
    assertThat(all).allMatch(sequence -> !text(sequence.ids()).contains(PiiQuestion.CLEAN));
  }
}
