package dev.palinode.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How names come to a command that needs them, with a launcher that only pretends to build. */
@DisabledOnOs(OS.WINDOWS)
class NameFinderTest {
  @TempDir private Path home;

  private void launcher(String script) throws IOException {
    Path file = Files.writeString(home.resolve("palinode"), "#!/bin/sh\n" + script);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void withoutALauncher_theMissingModuleIsNamed_andTheRemedy() {
    assertThatThrownBy(() -> NameFinder.fetched(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("palinode-ner is not on the class path")
        .hasMessageContaining("--without-names");
  }

  @Test
  void aBuildThatFails_saysWhatItNeeds() throws IOException {
    launcher("[ \"$PALINODE_BUILD_NAMES\" = yes ] && exit 3\n");

    assertThatThrownBy(() -> NameFinder.fetched(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a network is needed once")
        .hasMessageContaining("--without-names");
  }

  @Test
  void aBuildThatEnds_isLookedIntoForAProvider() throws IOException {
    assumeTrue(
        NameFinder.in(NameFinder.class.getClassLoader()).isEmpty(),
        "a finder of names is on the class path already");
    Path target = home.resolve("ner/target");
    Files.createDirectories(target);
    launcher("echo /no/library.jar > '" + target + "/palinode.classpath'\n");
    Path services = Files.createDirectories(target.resolve("classes/META-INF/services"));
    Files.writeString(
        services.resolve("dev.palinode.pii.NameFinderProvider"), NoNames.class.getName());

    assertThat(NameFinder.fetched(home).load().find("Ann Miller", true)).isEmpty();
  }
}
