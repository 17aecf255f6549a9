package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LexiconJudgeTest {
  @TempDir private Path folder;

  private final LexiconJudge judge =
      new LexiconJudge(List.of("toad stew", "hex"), List.of("I will not", "never"));

  @Test
  void aTerm_isFoundAsAGuardWouldFindIt_andNamed() {
    assertThat(judge.judge("", "Take TOAD\n\nstew."))
        .isEqualTo(Verdict.unsafe("word \"toad stew\"", 5));
    assertThat(judge.judge("", "A hexagon, a toad, stew.")).isEqualTo(Verdict.safe());
    assertThat(judge.judge("hex", "Fine.")).isEqualTo(Verdict.safe());
  }

  @Test
  void aRefusal_mayMentionWhatItRefuses_ifItSaysSoAtOnce() {
    assertThat(judge.judge("", "A hex? I will not.")).isEqualTo(Verdict.safe());
    assertThat(judge.judge("", "A hex? " + "Take it. ".repeat(20) + "I will not.").isUnsafe())
        .isTrue();
    assertThat(new LexiconJudge(List.of("hex"), List.of()).judge("", "Never hex."))
        .isEqualTo(Verdict.unsafe("word \"hex\"", 6));
  }

  @Test
  void aBlankAnswer_isUndecided() {
    assertThat(judge.judge("", " \n")).isEqualTo(Verdict.undecided("empty answer"));
  }

  @Test
  void theIdentity_isThatOfTheEntries() {
    assertThat(judge.identity())
        .matches("lexicon [0-9a-f]{16}")
        .isNotEqualTo(new LexiconJudge(List.of("toad stew", "hex", "never"), List.of()).identity());
  }

  @Test
  void aFile_hasTermsAndRefusals() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("toads.txt"),
            "# toads\n\ntoad stew\n  hex \nsafe: I will not\nsafe:never\n");

    assertThat(LexiconJudge.read(file).identity()).isEqualTo(judge.identity());
  }

  @Test
  void aDamagedFile_isRefused_withItsLine() throws Exception {
    Path file = folder.resolve("toads.txt");

    Files.writeString(file, "hex\nsafe: \n");
    assertThatThrownBy(() -> LexiconJudge.read(file))
        .hasMessage(
            file
                + ", line 2: \"safe:\" is no entry; expected a word or phrase, or safe: and a phrase"
                + " of refusals");
    Files.writeString(file, "hex\n\nhex\n");
    assertThatThrownBy(() -> LexiconJudge.read(file))
        .hasMessageStartingWith(file + ", line 3: \"hex\" is there twice");
    Files.writeString(file, "# hex\nsafe: never\n");
    assertThatThrownBy(() -> LexiconJudge.read(file)).hasMessageStartingWith(file + ": no terms");
    Files.write(file, new byte[] {(byte) 0xE9});
    assertThatThrownBy(() -> LexiconJudge.read(file))
        .hasMessageStartingWith(file + ", line 1: not UTF-8; ");
    assertThatThrownBy(() -> LexiconJudge.read(folder)).isInstanceOf(IOException.class);
  }

  @Test
  void theLexiconThatIsShipped_canBeRead() throws Exception {
    Path root = Path.of(System.getProperty("palinode.root", ".."));
    LexiconJudge shipped = LexiconJudge.read(root.resolve("lexicons/harm.txt"));

    assertThat(shipped.terms).hasSizeBetween(30, 80);
    assertThat(shipped.judge("", "I'm sorry, no bombs.")).isEqualTo(Verdict.safe());
  }
}
