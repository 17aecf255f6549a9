package dev.palinode.cli.documentation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Links lead somewhere, and who follows them from the README comes to every page. */
class DocumentationLinksTest {
  private static final Path README = Pages.ROOT.resolve("README.md");
  private static final int MOST_LINES_OF_README = 120;

  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  private static final Set<Path> REACHED = new LinkedHashSet<>();

  @BeforeAll
  static void followLinks() {
    Deque<Path> next = new ArrayDeque<>(List.of(README));
    while (!next.isEmpty()) {
      Path page = next.pop();
      if (page.toString().endsWith(".md") && Files.isRegularFile(page) && REACHED.add(page)) {
        links(page).forEach(link -> next.push(target(page, link)));
      }
    }
  }

  @Test
  void links_leadToFilesAndHeadings() {
    for (Path page : REACHED) {
      assertThat(links(page)).as("%s", page).allMatch(link -> leadsSomewhere(page, link));
    }
  }

  @Test
  void pages_areReachedFromTheReadme() {
    assertThat(REACHED).containsAll(Pages.all());
  }

  @Test
  void readme_isShort() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(MOST_LINES_OF_README);
  }

  /** Links of a page to places in this repository. */
  private static List<String> links(Path page) {
    String prose = CODE.matcher(String.join("\n", CodeBlock.prose(page))).replaceAll("");
    return LINK.matcher(prose)
        .results()
        .map(link -> link.group(1))
        .filter(link -> !ELSEWHERE.matcher(link).matches())
        .toList();
  }

  private static Path target(Path page, String link) {
    String path = URLDecoder.decode(link.replaceFirst("#.*", ""), UTF_8);
    return path.isEmpty() ? page : page.resolveSibling(path).normalize();
  }

  private static boolean leadsSomewhere(Path page, String link) {
    Path target = target(page, link);
    int anchor = link.indexOf('#');
    return Files.exists(target)
        && (anchor < 0 || anchors(target).contains(link.substring(anchor + 1)));
  }

  /** The headings of a page, in the form that GitHub gives them in links. */
  private static Set<String> anchors(Path page) {
    return CodeBlock.prose(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ +", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(toSet());
  }
}
