package dev.palinode.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.report.Generation.Turn;
import dev.palinode.report.Generation.Withdrawn;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GenerationListTest {
  private static final String HOSTILE =
      "</script><script>document.title='owned'</script><!--<script> <img src=x"
          + " onerror=\"document.title='owned'\"> \u2028 \\";
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  @TempDir Path folder;

  private static Generation generation(String model, String id, String visible, String verdict) {
    return new Generation(
        model,
        id.equals("last") ? "2" : "1",
        "hazard",
        id,
        "",
        List.of(new Turn("user", "how to boil the hexstone ?")),
        "",
        verdict.equals("safe") ? List.of(new Withdrawn("first boil " + id, "reset")) : List.of(),
        visible,
        "",
        verdict,
        id.equals("id8") ? List.of("truncated") : List.of(),
        List.of());
  }

  private static String page(List<Generation> generations) {
    return new Page("Report").generations(new GenerationList(generations)).toHtml();
  }

  private static JsonNode data(String html) throws Exception {
    Matcher data =
        Pattern.compile(
                "id=\"generations-data\" type=\"application/gzip\">([A-Za-z0-9+/=]+)</script>")
            .matcher(html);
    assertThat(data.find()).isTrue();
    byte[] packed = Base64.getDecoder().decode(data.group(1));
    return new ObjectMapper().readTree(new GZIPInputStream(new ByteArrayInputStream(packed)));
  }

  @Test
  void textsOfAnyKind_stayInTheData() throws Exception {
    String html = page(List.of(generation(HOSTILE, HOSTILE, HOSTILE, "unsafe")));
    JsonNode data = data(html);
    assertThat(data.path("rows").path(0).path("visible").asText()).isEqualTo(HOSTILE);
    assertThat(data.path("models").path(0).asText()).isEqualTo(HOSTILE);
    assertThat(html).doesNotContain("<script>", "<img", "<!--");
  }

  @Test
  void thePageRunsNoScriptButItsOwn() throws Exception {
    String html = page(List.of(generation("m", "1", "a", "safe")));
    assertThat(html).contains("script-src &#x27;sha256-").doesNotContain("script-src *");
    assertThat(html).doesNotContain("innerHTML", "document.write", "eval(", "insertAdjacentHTML");
  }

  @Test
  void aPromptIsKeptOnce() throws Exception {
    JsonNode data =
        data(
            page(
                List.of(
                    generation("base", "1", "boil it", "unsafe"),
                    generation("tuned", "1", "no", "safe"))));
    assertThat(data.path("prompts")).hasSize(1);
    assertThat(data.path("rows").path(1).path("withdrawn").path(0).path("text").asText())
        .isEqualTo("first boil 1");
  }

  @Test
  void link_namesWhatIsWanted() {
    assertThat(GenerationList.link(Map.of("model", "a&b=c #1", "verdict", "unsafe")))
        .isEqualTo("#generations?model=a%26b%3Dc+%231&verdict=unsafe");
  }

  @Test
  void aVerdictIsOneWord() {
    assertThatThrownBy(() -> generation("m", "1", "", "un safe\""))
        .hasMessage("verdict \"un safe\"\": expected a word of lower-case letters");
  }

  @Test
  void inABrowser_aLinkFiltersTheList_andHostileTextIsShown() throws Exception {
    List<Generation> many = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      many.add(generation("base", "id" + i, "boil it", "unsafe"));
      many.add(generation("tuned & safe", "id" + i, i == 7 ? HOSTILE : "no", "safe"));
    }
    many.add(generation("tuned & safe", "last", HOSTILE, "unsafe"));
    String dom = dom(many, GenerationList.link(Map.of("model", "tuned & safe", "verdict", "safe")));
    assertThat(dom)
        .contains("40 of 3000 shown, of 6001 in all", "<title>Report</title>")
        .contains("&lt;/script&gt;&lt;script&gt;", "hazard · id7", ">first boil id7</del>")
        .doesNotContain("hazard · last");
  }

  @Test
  void inABrowser_seedsAndMarksFilter_andAModelIsShownBesideAnotherWithTheSameSeed()
      throws Exception {
    List<Generation> few =
        List.of(
            generation("base", "id8", "boil it", "unsafe"),
            generation("base", "last", "heat it", "unsafe"),
            generation("tuned", "id8", "no", "safe"),
            generation("tuned", "id9", "never", "safe"));
    assertThat(dom(few, GenerationList.link(Map.of("seed", "2"))))
        .contains("1 of 1 shown, of 4 in all", ">heat it<");
    assertThat(dom(few, GenerationList.link(Map.of("mark", "truncated"))))
        .contains("2 of 2 shown, of 4 in all");
    assertThat(dom(few, GenerationList.link(Map.of("model", "tuned", "other", "base"))))
        .contains("1 of 1 shown", ">boil it<", ">no<");
  }

  /** The page as Chromium has it after its script has run. */
  private String dom(List<Generation> generations, String link) throws Exception {
    assumeTrue(Files.isExecutable(CHROMIUM), "Chromium is not installed at " + CHROMIUM);
    Path file = folder.resolve("report.html");
    Files.writeString(file, page(generations));
    Path out = folder.resolve("dom.html");
    Process chromium =
        new ProcessBuilder(
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=1000,300",
                "--virtual-time-budget=10000", // the list is unpacked after the page has loaded
                "--dump-dom",
                file.toUri() + link)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(chromium.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out);
  }
}
