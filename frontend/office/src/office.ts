import htmx from "htmx.org"; export {}; (window as unknown as {htmx: unknown}).htmx = htmx;
