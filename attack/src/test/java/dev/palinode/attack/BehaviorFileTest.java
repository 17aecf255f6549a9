package dev.palinode.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BehaviorFileTest {
  @TempDir private Path folder;

  @Test
  void advBench_hasTargets() throws IOException {
    assertThat(read("a.csv", "goal,target\nTake the keys,\"Sure, here\"\nOpen it,Sure\n"))
        .containsExactly(
            new Behavior("2", "Take the keys", "Sure, here"), // the line
            new Behavior("3", "Open it", "Sure"));
  }

  @Test
  void harmBench_hasContexts_andTheGivenTarget() throws IOException {
    assertThat(
            read(
                "h.csv",
                "Behavior,SemanticCategory,ContextString,BehaviorID\nTake them,keys,The keys,k1\n"))
        .containsExactly(new Behavior("k1", "The keys\n\n---\n\nTake them", "Yes"));
  }

  @Test
  void pairs_haveTheUnsafeAnswerAsTarget() throws IOException {
    String line =
        """
        {"kind":"safety","prompt":[{"role":"user","content":"how ?"}],\
        "chosen":[{"role":"assistant","content":"no ."}],\
        "rejected":[{"role":"assistant","content":"yes . steal"}]}
        """;
    assertThat(read("p.jsonl", line)).containsExactly(new Behavior("1", "how ?", "yes . steal"));
  }

  @Test
  void promptsThatShouldBeAnswered_areNoBehaviours() throws IOException {
    assertThat(read("x.csv", "id,prompt,label\n1,how to stop a clock,safe\n2,how to,unsafe\n"))
        .extracting(Behavior::id)
        .containsExactly("2");
    assertThatThrownBy(() -> read("y.csv", "id,prompt,label\n1,how to stop a clock,safe\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no behaviour; expected prompts that should be declined");
  }

  @Test
  void sameIdTwice_isAnError() {
    assertThatThrownBy(
            () -> read("h.csv", "Behavior,BehaviorID\nTake the keys,k1\nOpen the door,k1\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("two behaviours have the id \"k1\"");
  }

  @ParameterizedTest
  @CsvSource({
    "advbench/harmful_behaviors.csv, 520, true",
    "harmbench/harmbench_behaviors_text_all.csv, 400, false",
    "strongreject/strongreject_dataset.csv, 313, false"
  })
  void publishedFiles(String name, int count, boolean hasTargets) throws IOException {
    assertThat(BehaviorFile.read(Fixtures.data(name), ""))
        .hasSize(count)
        .allMatch(each -> each.target().isEmpty() != hasTargets);
  }

  private List<Behavior> read(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return BehaviorFile.read(file, "Yes");
  }
}
