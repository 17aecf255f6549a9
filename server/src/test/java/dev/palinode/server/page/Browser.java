package dev.palinode.server.page;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window. What is looked for may take some seconds to appear. */
final class Browser implements AutoCloseable {
  /** It warns that it knows no protocol of this very version, which is not used here. */
  private static final Logger VERSIONS =
      Logger.getLogger("org.openqa.selenium.devtools.CdpVersionFinder");

  static {
    VERSIONS.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens it; without a Chromium and its driver on the PATH, the test is skipped. */
  static Browser open() {
    Optional<File> chromium = onPath("chromium", "chromium-browser", "google-chrome");
    Optional<File> chromedriver = onPath("chromedriver");
    assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "skipped: no chromium with chromedriver on the PATH; on Debian they are the packages"
            + " chromium and chromium-driver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow());
    options.addArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage");
    options.addArguments("--no-sandbox"); // root has none; only pages of the tests are opened
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow())
            .withSilent(true)
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().implicitlyWait(Duration.ofSeconds(10));
    return new Browser(driver);
  }

  private static Optional<File> onPath(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toFile)
        .findFirst();
  }

  /** Opens a page in an empty session: what was set in a page before is forgotten. */
  void open(String address) {
    driver.get(address);
    if (Boolean.TRUE.equals(script("return sessionStorage.length > 0"))) {
      script("sessionStorage.clear()");
      driver.get(address);
    }
  }

  /** The first element that fits, as soon as there is one. */
  WebElement find(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  /** The elements that fit now or, if there are none, soon. */
  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** How many elements fit now. */
  int count(String css) {
    return ((Long) script("return document.querySelectorAll(arguments[0]).length", css)).intValue();
  }

  /** Types into whatever has the focus. */
  void type(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  /** The id of the element that has the focus, else its name, text or kind. */
  String focused() {
    return (String)
        script(
            "const e = document.activeElement; return e.id || e.name || e.textContent || e.tagName");
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs the body of an async function and returns what it returns. */
  Object module(String body) {
    return driver.executeAsyncScript(
        "const done = arguments[0];(async () => {"
            + body
            + "})().then(done, e => done('failed: ' + e.stack))");
  }

  /** Shows pages in this width, in a light or dark scheme. */
  void show(int width, String scheme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 740, "deviceScaleFactor", 1, "mobile", width < 500));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Errors of scripts and of the Content-Security-Policy since the last call. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getMessage())
        .filter(message -> !message.contains("the server responded with a status of"))
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
