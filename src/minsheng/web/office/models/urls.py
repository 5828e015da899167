"""The addresses of models."""

from django.urls import path

from minsheng.web.office.models import deciding, drafting, reading, trying

urlpatterns = [
    path("models/", reading.overview, name="models"),
    path("models/import/", drafting.import_draft, name="draft_import"),
    path("models/drafts/<int:draft>/", deciding.draft, name="draft"),
    path("models/drafts/<int:draft>/model/", deciding.draft_model, name="draft_model"),
    path("models/drafts/<int:draft>/yaml/", deciding.draft_export, name="draft_export"),
    path("models/drafts/<int:draft>/edit/", drafting.edit, name="draft_edit"),
    path("models/drafts/<int:draft>/check/", drafting.check, name="draft_check"),
    path("models/drafts/<int:draft>/revisions/<int:number>/restore/", drafting.restore, name="draft_restore"),
    path("models/drafts/<int:draft>/simulate/", trying.simulate, name="draft_simulate"),
    path("models/drafts/<int:draft>/simulating/<int:job>/", trying.simulating, name="simulating"),
    path("models/drafts/<int:draft>/simulations/<int:simulation>/", trying.simulation, name="simulation"),
    path("models/drafts/<int:draft>/simulations/<int:simulation>/moves/", trying.moves_csv, name="simulation_moves"),
    path("models/drafts/<int:draft>/simulations/<int:simulation>/<slug:split>/csv/", trying.figures_csv, name="simulation_csv"),
    path("models/drafts/<int:draft>/propose/", deciding.propose, name="draft_propose"),
    path("models/drafts/<int:draft>/decide/", deciding.decide, name="draft_decide"),
    path("models/drafts/<int:draft>/take-back/", deciding.take_back, name="draft_take_back"),
    path("models/drafts/<int:draft>/withdraw/", deciding.withdraw, name="draft_withdraw"),
    path("models/<slug:name>/difference/", reading.difference, name="model_difference"),
    path("models/<slug:name>/<str:version>/start/", drafting.start, name="draft_start"),
    path("models/<slug:name>/<str:version>/yaml/", reading.export, name="model_export"),
    path("models/<slug:name>/<str:version>/", reading.model, name="model"),
]
