import "uplot/dist/uPlot.min.css";
import "./app.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { language } from "./lib/i18n";

document.documentElement.lang = language;
mount(App, { target: document.getElementById("app")! });
