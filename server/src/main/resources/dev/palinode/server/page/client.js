import {events} from "./sse.js";

const BROKEN_OFF = "The connection broke off: this answer is not complete.";

/** A failure that can be shown as it is. */
export class ServerError extends Error {
  constructor(message, {isUnauthorized = false, isWithdrawn = false} = {}) {
    super(message);
    this.isUnauthorized = isUnauthorized;
    this.isWithdrawn = isWithdrawn;
  }
}

/** The served models, as the server lists them. */
export async function models(key) {
  const response = await request("v1/models", {}, key);
  return (await response.json()).data;
}

/**
 * Asks for an answer: its chunks as they arrive.
 *
 * @throws {ServerError} in words, also where the stream breaks off
 */
export async function* answer(body, key, signal) {
  const response = await request("v1/chat/completions", {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify(body),
    signal,
  }, key);
  try {
    for await (const data of events(response.body)) {
      if (data === "[DONE]") {
        return;
      }
      const chunk = JSON.parse(data);
      if (chunk.error) {
        throw streamError(chunk.error);
      }
      yield chunk;
    }
  } catch (e) {
    throw e instanceof TypeError ? new ServerError(BROKEN_OFF) : e;
  }
  throw new ServerError(BROKEN_OFF);
}

async function request(url, options, key) {
  const headers = {...options.headers, ...(key && {Authorization: `Bearer ${key}`})};
  let response;
  try {
    response = await fetch(url, {...options, headers});
  } catch (e) {
    if (e.name === "AbortError") {
      throw e;
    }
    throw new ServerError("The server does not answer. Is it still running?");
  }
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

async function refusal(response) {
  const {message} = (await response.json().catch(() => ({}))).error ?? {};
  const said = message ? ` It says: ${message}` : "";
  switch (response.status) {
    case 401:
      return new ServerError(`The server wants another API key: enter it in the settings.${said}`,
          {isUnauthorized: true});
    case 429:
    case 503: {
      const wait = response.headers.get("Retry-After");
      const when = /^\d+$/.test(wait ?? "") ? ` in ${wait} s` : " later";
      const what = response.status === 429 ? "is busy" : "cannot answer now";
      return new ServerError(`The server ${what}. Try again${when}.${said}`);
    }
    default:
      return new ServerError(response.status < 500
          ? `The server refused this request.${said}`
          : `The server failed (${response.status}).${said}`);
  }
}

function streamError({type, message}) {
  return type === "answer_withdrawn"
      ? new ServerError(
          "The model withdrew more than the server had held back: discard what was shown.",
          {isWithdrawn: true})
      : new ServerError(`The server broke off this answer. It says: ${message}`);
}
