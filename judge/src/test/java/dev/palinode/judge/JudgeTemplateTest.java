package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgeTemplateTest {
  @TempDir private Path folder;

  @Test
  void whatWasSaid_isNotFilledAgain() {
    JudgeTemplate template = new JudgeTemplate("{answer}|{prompt}|{answer}");

    assertThat(template.fill(List.of(Message.user("{answer} $1")), "{prompt} \\"))
        .isEqualTo("{prompt} \\|User: {answer} $1|{prompt} \\");
  }

  @Test
  void aFile_isReadWhole_orRefusedByName() throws Exception {
    Path file = Files.writeString(folder.resolve("judge.txt"), "Judge {prompt}\n{answer}\n");
    Path lacking = Files.writeString(folder.resolve("lacking.txt"), "Judge {prompt}");
    Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {(byte) 0xE9});

    assertThat(JudgeTemplate.read(file)).isEqualTo(new JudgeTemplate("Judge {prompt}\n{answer}\n"));
    assertThatThrownBy(() -> JudgeTemplate.read(lacking))
        .hasMessage(lacking + ": the judge's template has no {answer}: the judge would not see it");
    assertThatThrownBy(() -> JudgeTemplate.read(latin))
        .hasMessageStartingWith(latin + ", line 1: not UTF-8; ");
    assertThatThrownBy(() -> JudgeTemplate.read(folder.resolve("none")))
        .hasMessage(folder.resolve("none") + ": no such file");
  }
}
