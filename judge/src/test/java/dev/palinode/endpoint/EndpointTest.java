package dev.palinode.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  private static final Endpoint TOAD = Endpoint.of(URI.create("http://toad:8000/v1"), "toad-1b");

  @Test
  void resources_areBelowTheBase() {
    assertThat(TOAD.resource("/x")).hasToString("http://toad:8000/v1/x");
    assertThat(Endpoint.of(URI.create("https://toad/v1/"), "m").resource("/x"))
        .hasToString("https://toad/v1/x");
  }

  @Test
  void aNameAtAUrl_isAnEndpoint() {
    assertThat(Endpoint.named("toad-1b@http://toad:8000/v1")).isEqualTo(TOAD);
    assertThat(Endpoint.named("toads/1b@v2@https://toad/v1").model()).isEqualTo("toads/1b@v2");
    assertThat(Endpoint.named("toad-1b@http://toad:8000/v1,key=HUSH"))
        .isEqualTo(TOAD.withKeyIn("HUSH"));
    assertThat(Endpoint.isNamed("models/toad@2")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"toad-1b", "toad-1b@http://toad,keys=HUSH", "toad-1b@http://toad,"})
  void whatNamesNoEndpoint_isRefused(String text) {
    assertThatThrownBy(() -> Endpoint.named(text))
        .hasMessageStartingWith(text + ": expected NAME@URL")
        .hasMessageEndingWith("NAME@URL,key=VARIABLE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"toad:8000", "ftp://toad/", "http:///v1", "/v1", "http://toad/#a"})
  void aUrl_mustBeOne(String url) {
    assertThatThrownBy(() -> Endpoint.of(URI.create(url), "m"))
        .hasMessage(
            "the endpoint's URL is \"" + url + "\": expected one such as http://localhost:8000/v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://me:hush@toad/v1", "http://toad/v1?key=hush"})
  void aUrlWithASecret_isRefused_andNotShown(String url) {
    assertThatThrownBy(() -> Endpoint.of(URI.create(url), "m"))
        .hasMessageContaining("expected scheme, host, port and path only")
        .hasMessageNotContaining("hush");
  }

  @Test
  void aKeyInPlaceOfItsName_isNotShown() {
    assertThatThrownBy(() -> TOAD.withKeyIn("sk-hush"))
        .hasMessageContaining("its name, not the key")
        .hasMessageNotContaining("hush");
  }

  @Test
  void aKey_mustBeThere_andFitIntoAHeader() {
    Endpoint endpoint = TOAD.withKeyIn("TOAD_KEY");

    assertThatThrownBy(() -> new EndpointClient(endpoint, Map.of()))
        .hasMessage("the environment variable TOAD_KEY, which is to hold the key, is not set");
    assertThatThrownBy(() -> new EndpointClient(endpoint, Map.of("TOAD_KEY", "hush\nX: y")))
        .hasMessageContaining("expected ASCII characters without blanks")
        .hasMessageNotContaining("hush");
  }

  @ParameterizedTest
  @CsvSource({
    "http://toad:8000/v1, true",
    "HTTP://10.0.0.7/v1, true",
    "http://127.example.com/v1, true",
    "https://toad/v1, false",
    "http://localhost:8000/v1, false",
    "http://127.0.0.1/v1, false",
    "http://[::1]:8000/v1, false",
  })
  void aKeyOverPlainHttp_isExposed_butNotOnThisMachine(URI base, boolean exposed) {
    assertThat(Endpoint.of(base, "m").withKeyIn("TOAD_KEY").exposesKey()).isEqualTo(exposed);
    assertThat(Endpoint.of(base, "m").exposesKey()).isFalse();
  }

  @Test
  void settings_areChecked() {
    assertThatThrownBy(() -> Endpoint.of(TOAD.base(), " ")).hasMessageContaining("no name");
    assertThatThrownBy(() -> TOAD.withPatience(Duration.ZERO, 1))
        .hasMessage("timeout is PT0S: expected more than 0");
    assertThatThrownBy(() -> TOAD.withPatience(Duration.ofSeconds(1), 21))
        .hasMessage("retries is 21: expected 0 to 20");
  }

  @Test
  void waits_growToALimit_andAreLessByChance() {
    for (int retry = 0; retry <= Endpoint.MAX_RETRIES; retry++) {
      long most = Math.min(30_000, 500L << retry);
      assertThat(RetryingHttpClient.Backoff.DEFAULT.before(retry, () -> 0L).toMillis())
          .isEqualTo(most / 2);
      assertThat(
              RetryingHttpClient.Backoff.DEFAULT
                  .before(retry, RandomGenerator.of("L64X128MixRandom"))
                  .toMillis())
          .isBetween(most / 2, most);
    }
  }
}
