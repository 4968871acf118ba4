// Comforts for citizens: the camera reads a card, photos are made smaller and sent with a bar that shows how far. Without them
// everything works as well: a photo is chosen and sent with the form.
(() => {
  "use strict";
  const EDGE = 2000; // as the server keeps them; a card stays readable
  const SMALL = 400_000; // bytes: not worth the work

  // The code of a card, by the camera, where the browser reads codes itself.
  const camera = async (root) => {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
    const kinds = await window.BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!kinds.includes("qr_code")) return;
    const offer = root.querySelector("[data-camera]");
    const view = root.querySelector("[data-camera-view]");
    const told = root.querySelector("[data-camera-told]");
    const field = root.querySelector("[data-qr]");
    offer.hidden = false;
    offer.querySelector("[data-camera-start]").addEventListener("click", async () => {
      told.hidden = false;
      let stream;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
      } catch {
        told.textContent = told.dataset.refused;
        return;
      }
      told.textContent = told.dataset.seeking;
      view.hidden = false;
      view.srcObject = stream;
      await view.play();
      const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
      const end = () => stream.getTracks().forEach((track) => track.stop());
      window.addEventListener("pagehide", end, { once: true });
      const seek = async () => {
        const codes = await detector.detect(view).catch(() => []);
        const card = codes.find((code) => code.rawValue.split("|").length >= 7);
        if (!card) {
          setTimeout(seek, 200);
          return;
        }
        end();
        field.value = card.rawValue;
        field.form.submit();
      };
      seek();
    });
  };

  // A photo of 8 MB becomes one of half a MB before it goes over a weak line.
  const smaller = async (file) => {
    if (!file || file.size <= SMALL || !window.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.88));
      return blob && blob.size < file.size ? new File([blob], "anh.jpg", { type: "image/jpeg" }) : file;
    } catch {
      return file; // the server says what is wrong with it
    }
  };

  const upload = (form) => {
    const field = form.querySelector("input[type=file]");
    const bar = form.querySelector("progress");
    const told = form.querySelector("[data-told]");
    const button = form.querySelector("button");
    const say = (text) => {
      told.hidden = !text;
      told.textContent = text;
    };
    form.addEventListener("submit", async (event) => {
      if (!field.files.length) return; // the server says that nothing was chosen
      event.preventDefault();
      button.disabled = true;
      bar.hidden = false;
      say(form.dataset.waits);
      const content = new FormData(form);
      content.set(field.name, await smaller(field.files[0]));
      const request = new XMLHttpRequest();
      const over = (text) => {
        bar.hidden = true;
        button.disabled = false;
        delete form.dataset.sent;
        say(text);
      };
      request.open("POST", form.getAttribute("action") || location.href);
      request.setRequestHeader("X-Portal", "photo");
      request.responseType = "json";
      request.upload.addEventListener("progress", (sent) => {
        if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
      });
      request.addEventListener("load", () => {
        if (request.response?.next) {
          location.replace(request.response.next);
          location.reload();
        } else over(request.response?.error || form.dataset.broken);
      });
      request.addEventListener("error", () => over(form.dataset.broken));
      request.addEventListener("abort", () => over(form.dataset.broken));
      request.send(content);
    });
  };

  // A photo that goes with a form is made smaller when it is chosen.
  const shrink = (field) => {
    field.addEventListener("change", async () => {
      const file = await smaller(field.files[0]);
      if (!file || file === field.files[0]) return;
      const chosen = new DataTransfer();
      chosen.items.add(file);
      field.files = chosen.files;
    });
  };

  document.querySelectorAll(".scan").forEach(camera);
  document.querySelectorAll("form[data-upload]").forEach(upload);
  document.querySelectorAll("input[data-shrink]").forEach(shrink);
})();
