package dev.palinode.endpoint;

import dev.palinode.text.Printable;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.Strings;
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * The address of a served model, with timeout and retries. Holds the name of a key, never the key.
 *
 * @param base the URL to which paths such as {@code /chat/completions} are appended: {@code
 *     http://localhost:8000/v1}
 * @param model the model's name on the server
 * @param keyVariable the environment variable that holds the key; null for a server without one
 * @param timeout of one request, from its start to the last byte of its response; more than 0
 * @param retries how often a failed request is repeated, if that may help; 0 to {@value
 *     #MAX_RETRIES}
 */
public record Endpoint(
    URI base, String model, @Nullable String keyVariable, Duration timeout, int retries) {
  /** With the default backoff, these take up to eight minutes of waiting. */
  public static final int MAX_RETRIES = 20;

  private static final Pattern NAME_AT_URL = Pattern.compile("(.+)@(https?://[^,]+)(,.*)?");
  private static final String KEY = ",key=";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
  private static final int DEFAULT_RETRIES = 5;

  /**
   * @throws IllegalArgumentException if a component breaks these rules, or the base has anything
   *     but scheme, host, port and path: a password in it would end up in messages
   */
  public Endpoint {
    requireBase(base);
    Validate.isTrue(!model.isBlank(), "the endpoint's model has no name");
    if (keyVariable != null && !keyVariable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      // not quoted: it may be the key itself
      throw new IllegalArgumentException(
          "the key's environment variable is no name of one: expected letters, digits and"
              + " underscores, such as OPENAI_API_KEY (its name, not the key)");
    }
    Validate.isTrue(
        !timeout.isNegative() && !timeout.isZero(), "timeout is %s: expected more than 0", timeout);
    Validate.isTrue(
        retries >= 0 && retries <= MAX_RETRIES,
        "retries is %s: expected 0 to %s",
        retries,
        MAX_RETRIES);
  }

  /** An endpoint without a key, with a timeout of two minutes and five retries. */
  public static Endpoint of(URI base, String model) {
    return new Endpoint(base, model, null, DEFAULT_TIMEOUT, DEFAULT_RETRIES);
  }

  /** Whether a text is {@code NAME@URL}, with or without settings: see {@link #named}. */
  public static boolean isNamed(String text) {
    return NAME_AT_URL.matcher(text).matches();
  }

  /**
   * The endpoint that {@code NAME@URL} or {@code NAME@URL,key=VARIABLE} names: a model's name, the
   * base of its server and the environment variable that holds the key; otherwise as {@link #of}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Endpoint named(String text) {
    Matcher parts = NAME_AT_URL.matcher(text);
    boolean isNamed = parts.matches();
    String settings = isNamed ? Objects.requireNonNullElse(parts.group(3), "") : "";
    Validate.isTrue(
        isNamed && (settings.isEmpty() || settings.startsWith(KEY)),
        "%s: expected NAME@URL, such as llama@http://localhost:8000/v1, or NAME@URL%sVARIABLE",
        text,
        KEY);
    Endpoint endpoint = of(URI.create(parts.group(2)), parts.group(1));
    return settings.isEmpty() ? endpoint : endpoint.withKeyIn(settings.substring(KEY.length()));
  }

  /** This endpoint with the key in an environment variable. */
  public Endpoint withKeyIn(String variable) {
    return new Endpoint(base, model, variable, timeout, retries);
  }

  /** This endpoint with another timeout and number of retries. */
  public Endpoint withPatience(Duration ofRequest, int otherRetries) {
    return new Endpoint(base, model, keyVariable, ofRequest, otherRetries);
  }

  /** Whether the key would be sent unencrypted: over plain http, to another machine. */
  public boolean exposesKey() {
    String host = base.getHost().toLowerCase(Locale.ROOT);
    boolean isHere =
        host.equals("localhost")
            || host.endsWith(".localhost")
            || host.equals("[::1]")
            || host.matches("127(\\.[0-9]{1,3}){3}");
    return keyVariable != null && base.getScheme().equalsIgnoreCase("http") && !isHere;
  }

  URI resource(String path) {
    return URI.create(Strings.CS.removeEnd(base.toString(), "/") + path);
  }

  /**
   * The key in an environment variable.
   *
   * @param environment as of {@link System#getenv()}
   * @throws IllegalArgumentException if the variable is not set, or does not hold a key
   */
  public static String key(String variable, Map<String, String> environment) {
    String key = environment.getOrDefault(variable, "").strip();
    Validate.isTrue(
        !key.isEmpty(),
        "the environment variable %s, which is to hold the key, is not set",
        variable);
    if (!key.matches("[\\x21-\\x7E]+")) { // never shown, even if invalid
      throw new IllegalArgumentException(
          "the environment variable %s holds no key: expected ASCII characters without blanks"
              .formatted(variable));
    }
    return key;
  }

  /**
   * Checks the URL of a server.
   *
   * @throws IllegalArgumentException if it has anything but scheme, host, port and path
   */
  public static void requireBase(URI base) {
    String scheme = base.getScheme() == null ? "" : base.getScheme();
    boolean isWeb = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
    Validate.isTrue(
        base.getRawUserInfo() == null && base.getRawQuery() == null,
        "the endpoint's URL has a user or a query in it: expected scheme, host, port and"
            + " path only (a key belongs into an environment variable)");
    if (!isWeb || base.getHost() == null || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the endpoint's URL is %s: expected one such as http://localhost:8000/v1"
              .formatted(Printable.quote(base.toString())));
    }
  }
}
