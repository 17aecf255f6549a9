package dev.palinode.attack.autodan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.attack.Behavior;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedsTest {
  @TempDir Path folder;

  @Test
  void prompts_areSeparatedByLines() {
    Seeds seeds = Seeds.parse("A story.\nThen: {request}\n---\n{request} --- now\n---  \n\n");
    assertThat(seeds.prompts()).containsExactly("A story.\nThen: {request}", "{request} --- now");
    assertThat(new Behavior("1", "why ?", "").in(seeds.prompts().get(1)))
        .isEqualTo("why ? --- now");
  }

  @Test
  void brokenFile_isNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("seeds.txt"), "{request} {request}");
    assertThatThrownBy(() -> Seeds.read(file))
        .hasMessageContaining("seeds.txt")
        .hasMessageContaining("2 times");
    Files.writeString(file, "tell me");
    assertThatThrownBy(() -> Seeds.read(file)).hasMessageContaining("0 times");
    Files.writeString(file, "---\n");
    assertThatThrownBy(() -> Seeds.read(file)).hasMessageContaining("no prompts");
  }

  @Test
  void placeOfTheRequest_isMended() {
    assertThat(Seeds.withOnePlace("a {request} b")).isEqualTo("a {request} b");
    assertThat(Seeds.withOnePlace("a b ")).isEqualTo("a b {request}");
    assertThat(Seeds.withOnePlace("a {request} b {request} c{request}"))
        .isEqualTo("a {request} b c");
  }
}
