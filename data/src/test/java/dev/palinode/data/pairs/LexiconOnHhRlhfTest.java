package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.guard.Verdict;
import dev.palinode.judge.LexiconJudge;
import dev.palinode.testkit.Fixtures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lexicon that is shipped agrees with people more often than a coin would. */
class LexiconOnHhRlhfTest {
  @Test
  void whereOneAnswerIsUnsafe_itIsMoreOftenTheRejectedOne() throws Exception {
    Path root = Path.of(System.getProperty("palinode.root", ".."));
    LexiconJudge judge = LexiconJudge.read(root.resolve("lexicons/harm.txt"));
    List<Boolean> rejectedIsUnsafe = new ArrayList<>();
    RecordFiles.read(
        Fixtures.data("hh-rlhf/harmless-base-test.jsonl.gz"),
        Formats.named("hh-rlhf"),
        item -> {
          PreferencePair pair = (PreferencePair) item;
          Verdict chosen = judge.judge(pair.prompt(), pair.chosen());
          Verdict rejected = judge.judge(pair.prompt(), pair.rejected());
          if (chosen.isUnsafe() != rejected.isUnsafe()) {
            rejectedIsUnsafe.add(rejected.isUnsafe());
          }
        });

    long agreed = rejectedIsUnsafe.stream().filter(each -> each).count();
    assertThat(rejectedIsUnsafe).hasSizeGreaterThan(100);
    assertThat((double) agreed / rejectedIsUnsafe.size()).isBetween(0.55, 0.75);
  }
}
