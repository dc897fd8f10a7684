package org.tallystick.node.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** One tab, used as a person would: by what is seen, with keys and clicks. */
public final class Page implements AutoCloseable {
    private static final Set<String> BAD_LEVELS = Set.of("error", "warning");
    private static final int MILLISECONDS = 20_000;

    private final DevTools tools;

    Page(DevTools tools) {
        this.tools = tools;
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            tools.send(domain + ".enable", DevTools.parameters());
        }
    }

    /** Goes to an address, from scratch. */
    public void open(String address) {
        tools.send("Page.navigate", DevTools.parameters().put("url", address));
    }

    /** What an expression comes to, once it is settled. */
    public JsonNode value(String expression) {
        JsonNode result = tools.send(
                "Runtime.evaluate",
                DevTools.parameters()
                        .put("expression", expression)
                        .put("awaitPromise", true)
                        .put("returnByValue", true)
                        .put("userGesture", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.at("/result/value");
    }

    public String text(String selector) {
        return value("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''")
                .textValue();
    }

    private static String quoted(String text) {
        return DevTools.mapper().valueToTree(text).toString();
    }

    /** Waits, in the browser, until a condition holds; fails with what the page shows if it does not in time. */
    public void until(String condition) {
        String wait = """
            new Promise(resolve => {
              const end = Date.now() + %d;
              const look = () => {
                let holds = false;
                try { holds = Boolean(%s); } catch { holds = false; }
                if (holds || Date.now() > end) resolve(holds); else setTimeout(look, 10);
              };
              look();
            })\
            """;
        boolean holds;
        try {
            holds = value(wait.formatted(MILLISECONDS, condition)).booleanValue();
        } catch (AssertionError replaced) {
            // The document was replaced while it was looked at.
            holds = value(wait.formatted(MILLISECONDS, condition)).booleanValue();
        }
        if (!holds) {
            throw new AssertionError("never so: " + condition + "\n" + complaints() + "\n" + text("body"));
        }
    }

    /** Waits until an element has this text in it. */
    public void untilShown(String selector, String text) {
        until("[...document.querySelectorAll(" + quoted(selector) + ")].some(each => each.innerText.includes("
                + quoted(text) + "))");
    }

    /** Clicks the first visible element with this text, in the middle of where it is. */
    public void click(String selector, String text) {
        String found = "[...document.querySelectorAll(" + quoted(selector) + ")].find(each => each.checkVisibility()"
                + " && each.innerText.trim().includes(" + quoted(text) + "))";
        until(found);
        JsonNode place = value("(() => { const each = " + found + "; each.scrollIntoView({block: 'center'});"
                + " const box = each.getBoundingClientRect();"
                + " return {x: box.x + box.width / 2, y: box.y + box.height / 2}; })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            tools.send(
                    "Input.dispatchMouseEvent",
                    DevTools.parameters()
                            .put("type", type)
                            .put("x", place.get("x").doubleValue())
                            .put("y", place.get("y").doubleValue())
                            .put("button", "left")
                            .put("clickCount", 1));
        }
    }

    /** Types into the field of this label. */
    public void type(String label, String text) {
        String found = "[...document.querySelectorAll('label')].find(each => each.checkVisibility()"
                + " && each.innerText.trim() === " + quoted(label) + ")?.control";
        until(found);
        value("(() => { const each = " + found + "; each.focus(); each.select?.(); })()");
        tools.send("Input.insertText", DevTools.parameters().put("text", text));
    }

    /** Presses a key: Tab, Enter, Escape or Space. */
    public void press(String key) {
        int code = switch (key) {
            case "Tab" -> 9;
            case "Enter" -> 13;
            case "Escape" -> 27;
            default -> throw new IllegalArgumentException(key);
        };
        ObjectNode down = DevTools.parameters()
                .put("type", "keyDown")
                .put("key", key)
                .put("code", key)
                .put("windowsVirtualKeyCode", code);
        if (code == 13) {
            down.put("text", "\r");
        }
        tools.send("Input.dispatchKeyEvent", down);
        tools.send(
                "Input.dispatchKeyEvent", down.deepCopy().put("type", "keyUp").without("text"));
    }

    public void size(int width, int height) {
        tools.send(
                "Emulation.setDeviceMetricsOverride",
                DevTools.parameters()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", false));
    }

    public void dark(boolean dark) {
        ObjectNode parameters = DevTools.parameters();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", dark ? "dark" : "light");
        tools.send("Emulation.setEmulatedMedia", parameters);
    }

    /** What is on the screen, as PNG. */
    public byte[] picture() {
        JsonNode result =
                tools.send("Page.captureScreenshot", DevTools.parameters().put("format", "png"));
        return Base64.getDecoder().decode(result.get("data").textValue());
    }

    /** Errors and warnings of scripts and of the browser, such as what its policy has kept from happening. */
    public List<String> complaints() {
        return tools.events().stream()
                .filter(event -> switch (event.get("method").textValue()) {
                    case "Runtime.exceptionThrown" -> true;
                    case "Runtime.consoleAPICalled" ->
                        BAD_LEVELS.contains(event.at("/params/type").textValue());
                    case "Log.entryAdded" ->
                        BAD_LEVELS.contains(event.at("/params/entry/level").textValue());
                    default -> false;
                })
                .map(JsonNode::toString)
                .toList();
    }

    /** The addresses that were asked for. */
    public List<String> requests() {
        return tools.events().stream()
                .filter(event -> event.get("method").textValue().equals("Network.requestWillBeSent"))
                .map(event -> event.at("/params/request/url").textValue())
                .toList();
    }

    @Override
    public void close() {
        tools.close();
    }
}
