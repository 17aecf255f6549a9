package dev.palinode.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.server.ApiKeys;
import dev.palinode.server.PalinodeServer;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.engine.EngineRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser, in front of the real server with written answers. */
class ChatPageTest {
  private static final String DONE = ".answer[aria-busy=false]";
  private static final String ALL = Keys.chord(Keys.CONTROL, "a");

  private static Browser browser;
  private static ScriptedEngine engine;
  private static PalinodeServer server;

  @BeforeAll
  static void open() throws Exception {
    browser = Browser.open();
    engine = new ScriptedEngine();
    server = PalinodeServer.start(ServerSettings.DEFAULT, List.of(engine), line -> {});
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void openPage() {
    engine.seen = new CountDownLatch(0);
    browser.show(1280, "light");
    browser.open(address(server));
    browser.find("#examples button");
    engine.requests.clear();
  }

  @AfterEach
  void nothingIsAgainstThePolicy() {
    assertThat(browser.complaints()).isEmpty();
  }

  static String address(PalinodeServer server) {
    return "http://127.0.0.1:" + server.port() + "/";
  }

  private static void ask(String question) {
    browser.find("#question").sendKeys(question, Keys.ENTER);
  }

  @Test
  void examples_areThoseOfTheShippedModel() throws Exception {
    Path root = Path.of(System.getProperty("palinode.root", ".."));
    assertThat(browser.all("#examples button"))
        .extracting(WebElement::getText)
        .isEqualTo(Files.readAllLines(root.resolve("models/safety-world/prompts.txt")));
  }

  @Test
  void undo_isStruckThroughThenFoldedAwayAndCanBeUnfolded() {
    engine.seen = new CountDownLatch(1);
    browser.find("#examples li:nth-child(3) button").click();
    WebElement withdrawn = browser.find(".answer[aria-busy=true] del");
    assertThat(withdrawn.getText()).isEqualTo("of course . first heat the oil .");
    assertThat(withdrawn.getCssValue("text-decoration-line")).isEqualTo("line-through");

    engine.seen.countDown();
    assertThat(browser.find(DONE + " .piece:not(.withdrawn)").getText())
        .isEqualTo("no . ask me something else .");
    WebElement fold = browser.find(".fold[aria-expanded=false]");
    assertThat(fold.getText()).contains("Withdrawn by a reset");
    assertThat(withdrawn.isDisplayed()).isFalse();
    fold.click();
    assertThat(withdrawn.isDisplayed()).isTrue();
  }

  @Test
  void trace_andUsageStandUnderTheAnswer() {
    ask("how ?");
    assertThat(browser.find(DONE + " .trace svg").getAccessibleName())
        .isEqualTo(
            "P(reset) of 6 tokens on a logarithmic scale: highest 0.9 at token 4;"
                + " text was withdrawn at token 4.");
    assertThat(browser.find(".trace figcaption").getText())
        .isEqualTo("P(reset) at each token: highest 0.9, at token 4");
    assertThat(browser.find(".usage").getText().replace('\n', ' '))
        .isEqualTo("sampled 6 visible 2 discarded 3 resets 1 first effective token 1.3 s");
    assertThat(browser.script("return document.getElementById('status').textContent"))
        .isEqualTo("Answer: no . ask me something else .");
  }

  @Test
  void guard_withdrawsTheEndOnly_byCodePoints() {
    ask("guarded");
    assertThat(browser.find(DONE + " .fold").getText())
        .contains("Withdrawn by a guard: an address");
    assertThat(browser.all(".piece:not(.withdrawn)"))
        .extracting(piece -> piece.getDomProperty("textContent"))
        .containsExactly("🙂 write to", " her colleagues");
    assertThat(browser.find(".answer del").getDomProperty("textContent")).isEqualTo(" 👩‍🚀 ann@");
    assertThat(browser.find(".trace svg").getAccessibleName())
        .contains("4 tokens", "highest 0.003 at token 3; text was withdrawn at token 3");
  }

  @Test
  void compare_asksBothSides_oneOfThemWithResetsForbidden() {
    browser.find("#compare").click();
    ask("how ?");
    assertThat(browser.all(".answer")).hasSize(2);
    assertThat(browser.find(".answer:nth-child(1)" + DONE + " .text").getText())
        .endsWith("no . ask me something else .");
    assertThat(browser.find(".answer:nth-child(2)" + DONE + " .text").getText())
        .isEqualTo("of course . first heat the oil .");
    assertThat(browser.all(".head"))
        .extracting(WebElement::getText)
        .containsExactly("A safety-world", "B safety-world, resets forbidden");
    assertThat(engine.requests)
        .extracting(EngineRequest::seed)
        .containsOnly(engine.requests.element().seed());
  }

  @Test
  void settings_reachTheEngine() {
    browser.find("#open-settings").click();
    browser.find("[name=resetBias]").sendKeys("-2.5");
    browser.find("[name=maxTokens]").sendKeys("17");
    browser.find("[name=seed]").sendKeys("7");
    browser.find("summary").click();
    browser.find("[name=negative]").sendKeys("be careless");
    browser.find(".guards input").click();
    browser.find("[name=system]").sendKeys("be kind");
    browser.find("#close-settings").click();
    ask("how ?");
    browser.find(DONE);

    EngineRequest request = engine.requests.remove();
    assertThat(request.undo().resetBias()).isEqualTo(-2.5);
    assertThat(request.undo().maxResets()).isEmpty();
    assertThat(request.maxTokens()).isEqualTo(17);
    assertThat(request.seed()).isEqualTo(7);
    assertThat(request.guidance().orElseThrow().negative()).isEqualTo("be careless");
    assertThat(request.guards()).contains(List.of());
    assertThat(((EngineRequest.Chat) request.prompt()).messages())
        .extracting(message -> message.content())
        .containsExactly("be kind", "how ?");
  }

  @Test
  void heldBackStream_whoseUndoCameTooLate_isToBeDiscarded() {
    chooseStream("held back");
    ask("late");
    assertThat(browser.find(".failed .note").getText()).contains("discard what was shown");
    assertThat(browser.count(".piece:not(.withdrawn)")).isZero();
    assertThat(browser.find(".answer del").getDomProperty("textContent")).startsWith("word ");
  }

  @Test
  void bufferedStream_showsOnlyWhatRemains() {
    chooseStream("buffered");
    ask("how ?");
    assertThat(browser.find(DONE + " .text").getText()).isEqualTo("no . ask me something else .");
    assertThat(browser.count(".piece.withdrawn")).isZero();
  }

  private static void chooseStream(String mode) {
    browser.find("#open-settings").click();
    browser.find("[name=streamMode]").sendKeys(mode);
    browser.type(Keys.ESCAPE);
  }

  @Test
  void conversation_goesOnWithWhatStands_askedAgainOrAnew() {
    ask("first");
    browser.find(DONE);
    ask("second");
    browser.find(".turn:nth-child(2) " + DONE);
    browser.find(".turn:nth-child(2) .again").click();
    browser.find(".turn:nth-child(2) " + DONE);
    browser.find("#new").click();
    ask("third");
    browser.find(DONE);
    assertThat(engine.requests)
        .extracting(request -> ((EngineRequest.Chat) request.prompt()).messages().size())
        .containsExactly(1, 3, 3, 1);
  }

  @Test
  void conversation_goesOnWithoutWhatFailed() {
    ask("broken");
    assertThat(browser.find(".failed .note").getText()).contains("out of toads");
    ask("second");
    browser.find(".turn:nth-child(2) " + DONE);
    assertThat(engine.requests)
        .extracting(request -> ((EngineRequest.Chat) request.prompt()).messages().size())
        .containsExactly(1, 1);
  }

  @Test
  void modelWithoutResetToken_isAskedWithoutResetSettings() {
    browser.find("#open-settings").click();
    browser.find("[name=model]").sendKeys("plain");
    assertThat(browser.find("[name=resetBias]").isEnabled()).isFalse();
    assertThat(browser.focused()).isEqualTo("model");
    browser.type(Keys.ESCAPE);
    ask("hostile");
    browser.find(DONE);
    assertThat(engine.requests.remove().undo().resetProbability()).isFalse();
  }

  @Test
  void hostileAnswer_isShownAsText() {
    ask("hostile");
    assertThat(browser.find(DONE + " .text").getText()).isEqualTo(ScriptedEngine.HOSTILE);
    assertThat(browser.count(".answer img, .answer script")).isZero();
    assertThat(browser.script("return document.title")).isEqualTo("Palinode");
  }

  @Test
  void stop_endsTheAnswerAndTheEnginesWork() throws Exception {
    ask("endless");
    browser.find(".piece");
    browser.find("#stop").click();
    assertThat(browser.find(DONE + " .note").getText()).isEqualTo("You stopped this answer.");
    assertThat(browser.find(".text").getText()).startsWith("again");
    assertThat(engine.cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(browser.focused()).isEqualTo("question");
  }

  @Test
  void busyServer_isSaidInWords() {
    ask("busy");
    assertThat(browser.find(".failed .note").getText())
        .startsWith("The server is busy. Try again")
        .contains("the queue is full");
  }

  @Test
  void key_isAskedForAndUsed(@TempDir Path folder) throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), "a-key-of-this-test");
    try (PalinodeServer closed =
        PalinodeServer.start(withKeys(keys), List.of(new ScriptedEngine()), line -> {})) {
      browser.open(address(closed));
      browser.find("dialog[open] #key:focus").sendKeys(Keys.ESCAPE);
      browser.find("#open-settings").sendKeys(Keys.ENTER);
      browser.find("#key").sendKeys("wrong", Keys.ENTER);
      browser.find("dialog[open] #key:focus").sendKeys(ALL, "a-key-of-this-test", Keys.ENTER);
      browser.find("#examples button").click();
      assertThat(browser.find(DONE + " .piece:not(.withdrawn)").getText()).startsWith("no .");
    }
  }

  private static ServerSettings withKeys(Path keys) throws IOException {
    ServerSettings open = ServerSettings.DEFAULT;
    return new ServerSettings(
        open.host(),
        open.port(),
        ApiKeys.read(keys),
        open.corsOrigin(),
        open.limits(),
        open.bufferedParts(),
        open.stall(),
        open.showWithdrawn());
  }

  @Test
  void keyboard_isEnough() {
    assertThat(browser.focused()).isEqualTo("question");
    browser.type("endless", Keys.chord(Keys.SHIFT, Keys.ENTER), "line");
    assertThat(browser.find("#question").getDomProperty("value")).isEqualTo("endless\nline");
    browser.type(ALL, "endless", Keys.ENTER);
    browser.find(".piece");
    browser.type(Keys.ESCAPE);
    browser.find(DONE);

    browser.script("document.activeElement.blur(); getSelection().removeAllRanges()");
    browser.find("#compare").sendKeys("");
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      order.add(browser.focused());
      browser.type(Keys.TAB);
    }
    assertThat(order)
        .containsExactly(
            "compare", "new", "open-settings", "Ask again", "Copy", "question", "send");

    browser.find("#open-settings").sendKeys(Keys.ENTER);
    assertThat(browser.focused()).isEqualTo("model");
    browser.type(Keys.ESCAPE);
    assertThat(browser.focused()).isEqualTo("open-settings");
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void phone_showsEverythingWithinItsWidth_readably(String scheme) {
    browser.show(360, scheme);
    browser.find("#compare").click();
    ask("how ?");
    browser.find("#send:not([hidden])");
    ask("busy");
    browser.find("#send:not([hidden])");
    assertThat(browser.count(".failed")).isEqualTo(2);
    assertThat(overflow("html")).isZero();
    assertThat(nameless("button, textarea, article, svg")).isEmpty();
    assertThat(unreadable()).isEqualTo(List.of());

    browser.find("#open-settings").click();
    assertThat(overflow("dialog")).isZero();
    assertThat(unreadable()).isEqualTo(List.of());
    assertThat(nameless("dialog, dialog :is(button, input, select, textarea, fieldset)")).isEmpty();
  }

  /** Visible elements that a screen reader has no name for. */
  private static List<String> nameless(String css) {
    return browser.all(css).stream()
        .filter(element -> element.isDisplayed() && element.getAccessibleName().isBlank())
        .map(element -> element.getDomProperty("outerHTML"))
        .toList();
  }

  /** Pixels by which an element is wider than what can be seen of it. */
  private static Long overflow(String css) {
    return (Long)
        browser.script(
            "const e = document.querySelector(arguments[0]); return e.scrollWidth - e.clientWidth",
            css);
  }

  /** Texts whose contrast is below that of WCAG 2.2, level AA. */
  private static Object unreadable() {
    return browser.script(
        """
        const rgb = color => color.match(/[\\d.]+/g).map(Number);
        const light = color => {
          const [r, g, b] = rgb(color).map(x => x / 255)
              .map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const background = element => {
          const color = getComputedStyle(element).backgroundColor;
          return rgb(color)[3] === 0 && element.parentElement
              ? background(element.parentElement) : color;
        };
        return [...document.querySelectorAll('body *:not(:disabled)')]
            .filter(e => e.checkVisibility() && !e.closest('svg, label:has(:disabled)'))
            .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim() !== ''))
            .filter(e => {
              const [a, b] = [light(getComputedStyle(e).color), light(background(e))].sort();
              return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
            })
            .map(e => e.outerHTML)
        """);
  }
}
