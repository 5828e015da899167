// Signing in: what a passkey could not do is said, and a demo account fills the form.
'use strict'

const show = (name) => document.querySelectorAll(`[data-passkey-${name}]`).forEach((one) => { one.hidden = false })

document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  show(window.PublicKeyCredential ? 'trouble' : 'unknown')
})

document.addEventListener('click', (event) => {
  const chosen = event.target.closest('[data-demo]')
  if (!chosen) return
  const form = document.getElementById('sign-in')
  form.elements.login.value = chosen.dataset.demo
  form.elements.password.value = chosen.dataset.demoPassword
  form.requestSubmit()
})
