// The terminal: the field keeps the focus, the camera reads codes, an old answer goes away, and the
// foot stays true. Without this file a scanner that types still works.
const form = document.getElementById("scan");
const code = document.getElementById("code");
const answer = document.getElementById("answer");
const longest = 60_000; // milliseconds an answer is shown
const glance = 15_000; // milliseconds between two looks at the state
const idle = 30_000;

const ready = () => code.focus({ preventScroll: true });
ready();
document.addEventListener("visibilitychange", ready);
document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input, button, a, summary");
  if (!elsewhere && event.key.length === 1 && !event.ctrlKey && !event.metaKey) ready();
});
form.addEventListener("submit", () => {
  // A second Enter of the scanner must not show the code twice.
  form.querySelector("[type=submit]").disabled = true;
});

let typed = Date.now();
code.addEventListener("input", () => { typed = Date.now(); });
if (answer) setTimeout(() => location.replace("/"), longest);
setInterval(async () => {
  if (answer || code.value || Date.now() - typed < idle || !scanner.hidden) return;
  location.replace("/");
}, glance * 2);

const scanner = document.getElementById("scanner");
const camera = document.getElementById("camera");
const video = scanner.querySelector("video");
const words = scanner.querySelector("p");
camera.hidden = !navigator.mediaDevices;

const look = async (decode) => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (;;) {
    await new Promise((next) => requestAnimationFrame(next));
    if (!video.videoWidth) continue;
    const scale = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      const found = decode(context.getImageData(0, 0, canvas.width, canvas.height));
      if (found) return found;
    } catch {
      // No code in this picture.
    }
  }
};

camera.addEventListener("click", async () => {
  camera.hidden = true;
  scanner.hidden = false;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    video.srcObject = stream;
    await video.play();
    const address = document.querySelector("script[data-decoder]").dataset.decoder;
    const { decodeQR } = await import(address);
    code.value = await look(decodeQR);
    stream.getTracks().forEach((track) => track.stop());
    form.requestSubmit();
  } catch {
    words.textContent = scanner.dataset.denied;
    ready();
  }
});
