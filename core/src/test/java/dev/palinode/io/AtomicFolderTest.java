package dev.palinode.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  @TempDir Path base;
  private Path parent;
  private Path target;

  @BeforeEach
  void makeParent() throws IOException {
    parent = Files.createDirectory(base.resolve("parent"));
    target = parent.resolve("step-1");
  }

  private static AtomicFile.Content holding(String text) {
    return temporary -> Files.writeString(temporary.resolve("a"), text);
  }

  /** The content of the target folder, "old" or "new"; asserts that nothing is beside it. */
  private static String content(Path parent) throws IOException {
    assertThat(names(parent)).containsExactly("step-1");
    assertThat(names(parent.resolve("step-1"))).containsExactly("a");
    return Files.readString(parent.resolve("step-1/a"));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  @Test
  void replace_makesParents_andOverwrites() throws IOException {
    Path deep = parent.resolve("x/step-1");

    AtomicFolder.replace(deep, holding("old"));
    AtomicFolder.replace(deep, holding("new"));

    assertThat(content(deep.getParent())).isEqualTo("new");
  }

  @Test
  void contentThatFails_leavesTheOldFolderAndNothingElse() throws IOException {
    AtomicFolder.replace(target, holding("old"));

    assertThatThrownBy(
            () ->
                AtomicFolder.replace(
                    target,
                    temporary -> {
                      holding("half").writeTo(temporary);
                      throw new IOException("disk full");
                    }))
        .hasMessageContaining("disk full");

    assertThat(content(parent)).isEqualTo("old");
  }

  @Test
  void moveThatFails_leavesTheOldFolderAndNothingElse() throws IOException {
    for (int failing = 1; failing <= 2; failing++) {
      AtomicFolder.replace(target, holding("old"));
      int which = failing;
      int[] moves = {0};
      AtomicFolder.Move broken =
          (from, to) -> {
            if (++moves[0] == which) {
              throw new FileSystemException(to.toString(), null, "broken");
            }
            Files.move(from, to);
          };

      assertThatThrownBy(() -> AtomicFolder.replace(target, holding("new"), broken))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("broken");

      assertThat(content(parent)).isEqualTo("old");
    }
  }

  @Test
  void movesThatFailFromTheSecondOn_loseNothing() throws IOException {
    AtomicFolder.replace(target, holding("old"));
    int[] moves = {0};
    AtomicFolder.Move broken =
        (from, to) -> {
          if (++moves[0] > 1) {
            throw new FileSystemException(to.toString(), null, "broken");
          }
          Files.move(from, to);
        };

    assertThatThrownBy(() -> AtomicFolder.replace(target, holding("new"), broken))
        .hasMessageContaining("broken");
    AtomicFolder.recover(parent);

    assertThat(content(parent)).isEqualTo("old");
  }

  @Test
  void killedAtAnyMove_recoversToTheOldOrTheNewFolder() throws IOException {
    AtomicFolder.replace(target, holding("old"));
    List<Path> states = new ArrayList<>();
    AtomicFolder.Move watched =
        (from, to) -> {
          states.add(copyOfParent(states.size()));
          Files.move(from, to);
          states.add(copyOfParent(states.size()));
        };
    AtomicFolder.replace(target, holding("new"), watched);
    assertThat(states).hasSize(4);

    List<String> recovered = new ArrayList<>();
    for (Path state : states) {
      AtomicFolder.recover(state);
      recovered.add(content(state));
    }
    assertThat(recovered).containsExactly("old", "old", "old", "new");
  }

  private Path copyOfParent(int number) throws IOException {
    Path copy = base.resolve("state-" + number);
    copy(parent, copy);
    return copy;
  }

  @Test
  void killedBetweenTheMoves_isWrittenAgainWithoutRecovery() throws IOException {
    AtomicFolder.replace(target, holding("old"));
    List<Path> states = new ArrayList<>();
    AtomicFolder.replace(
        target,
        holding("new"),
        (from, to) -> {
          Files.move(from, to);
          states.add(copyOfParent(states.size()));
        });
    Path killed = states.get(0);

    assertThatThrownBy(
            () ->
                AtomicFolder.replace(
                    killed.resolve("step-1"),
                    temporary -> {
                      throw new IOException("disk full");
                    }))
        .hasMessageContaining("disk full");
    assertThat(killed.resolve("step-1/a")).hasContent("old");

    AtomicFolder.replace(killed.resolve("step-1"), holding("newest"));
    AtomicFolder.recover(killed);
    assertThat(content(killed)).isEqualTo("newest");
  }

  @Test
  void recover_ofNoFolder_doesNothing() throws IOException {
    AtomicFolder.recover(parent.resolve("missing"));

    assertThat(names(parent)).isEmpty();
  }
}
