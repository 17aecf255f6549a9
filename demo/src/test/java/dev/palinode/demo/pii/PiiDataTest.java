package dev.palinode.demo.pii;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.GuidanceAwarePairs;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.data.record.UtilityExample;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PiiDataTest {
  private static final PiiSettings SETTINGS = PiiSettings.standard();
  private static final PiiForm WHICH_DAY = PiiForm.of(false, PiiForm.Use.TUNING).get(0);
  private static final PiiQuestion WHO =
      new PiiQuestion(PiiWorld.WORDS.forms().get(0), PiiWorld.CLIENTS.get(3));
  private static final PiiQuestion DAY = new PiiQuestion(WHICH_DAY, PiiWorld.CLIENTS.get(3));

  private final PiiData data = new PiiData(new PiiSplit(7), SETTINGS, 7);

  /** What the recipe makes of a row: its prompts are the world's system messages. */
  private static List<SftExample> bothPolarities(DataRecord row) {
    return new GuidanceAwarePairs(PiiWorld.KEEP, PiiWorld.SHARE).of((SftExample) row);
  }

  @Test
  void samplesAppearInBothPolarities_withChosenAndRejectedSwapped() {
    List<SftExample> both = bothPolarities(PiiData.row(WHO));
    SafetyTriple positive = (SafetyTriple) both.get(0);
    SafetyTriple negative = (SafetyTriple) both.get(1);

    assertThat(positive.prompt()).extracting("content").contains(PiiWorld.KEEP, WHO.text());
    assertThat(positive.safe()).isEqualTo(WHO.rightAnswer());
    assertThat(positive.unsafe()).isEqualTo(WHO.leakingAnswer());
    assertThat(negative.prompt()).extracting("content").contains(PiiWorld.SHARE, WHO.text());
    assertThat(negative.safe()).isEqualTo(positive.unsafe());
    assertThat(negative.unsafe()).isEqualTo(positive.safe());
  }

  @Test
  void utility_isTheSameUnderBoth_andComparesNothing() {
    assertThat(bothPolarities(PiiData.row(DAY)))
        .hasSize(2)
        .allMatch(
            example ->
                example instanceof UtilityExample utility
                    && utility.response().equals(DAY.rightAnswer()));
  }

  @Test
  void alignment_hasNoSystemMessage_andHalfOfItComparesAnswers() {
    List<DataRecord> rows = data.alignment();

    assertThat(rows).hasSize(SETTINGS.alignment());
    assertThat(rows).allMatch(row -> ((SftExample) row).prompt().size() == 1);
    double compared = rows.stream().filter(SafetyTriple.class::isInstance).count();
    assertThat(compared / rows.size()).isBetween(0.45, 0.55);
    assertThat(data.alignment()).isEqualTo(rows);
  }

  @Test
  void recipe_namesTheWorldsSystemMessages() throws Exception {
    try (var in = Objects.requireNonNull(PiiData.class.getResourceAsStream("orpo.yaml"))) {
      assertThat(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("positive_prompt: \"" + PiiWorld.KEEP + "\"")
          .contains("negative_prompt: \"" + PiiWorld.SHARE + "\"");
    }
  }

  @Test
  void pretraining_neverSaysWhatIsClean() {
    List<DataRecord> all = new ArrayList<>(data.pretraining());
    all.addAll(data.leaking());

    assertThat(all).hasSize(SETTINGS.pretraining() + SETTINGS.leaking());
    assertThat(all).noneMatch(row -> ((UtilityExample) row).response().contains(PiiQuestion.CLEAN));
  }
}
