"""The page of one step; its content is the method's, its anatomy is shared by all."""

from pages.ui import step

step.show("step_8")
