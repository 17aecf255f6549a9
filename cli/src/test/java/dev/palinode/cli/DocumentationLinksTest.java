package dev.palinode.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links of the documentation lead somewhere, and all of it can be reached from the README. */
class DocumentationLinksTest {
  private static final Path ROOT =
      Path.of(System.getProperty("palinode.root", "..")).toAbsolutePath().normalize();
  private static final int MOST_LINES_OF_README = 120;

  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  @Test
  void links_leadToFilesAndHeadings() throws IOException {
    for (Path page : pages()) {
      for (String link : links(page)) {
        assertThat(leadsSomewhere(page, link)).as("%s: (%s)", ROOT.relativize(page), link).isTrue();
      }
    }
  }

  @Test
  void pages_canBeReachedFromTheReadme() throws IOException {
    Set<Path> reached = new HashSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(ROOT.resolve("README.md")));
    while (!next.isEmpty()) {
      Path page = next.pop();
      if (reached.add(page) && page.toString().endsWith(".md")) {
        links(page).stream()
            .map(link -> target(page, link))
            .filter(Files::isRegularFile)
            .forEach(next::push);
      }
    }

    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      assertThat(docs.filter(file -> file.toString().endsWith(".md"))).allMatch(reached::contains);
    }
  }

  @Test
  void readme_isShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")))
        .hasSizeLessThanOrEqualTo(MOST_LINES_OF_README);
  }

  /** All Markdown of the repository. */
  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.find(ROOT, 4, (file, facts) -> facts.isRegularFile())) {
      return files
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|runs|\\.git)/.*"))
          .toList();
    }
  }

  private static List<String> links(Path page) throws IOException {
    String prose = CODE.matcher(Files.readString(page)).replaceAll("");
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

  private static boolean leadsSomewhere(Path page, String link) throws IOException {
    Path target = target(page, link);
    int anchor = link.indexOf('#');
    return Files.exists(target)
        && (anchor < 0 || headings(target).contains(link.substring(anchor + 1)));
  }

  /** Names of the headings as GitHub makes them. */
  private static Set<String> headings(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(DocumentationLinksTest::anchor)
        .collect(toSet());
  }

  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }
}
