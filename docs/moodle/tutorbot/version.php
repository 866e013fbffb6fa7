<?php
defined('MOODLE_INTERNAL') || die();

$plugin->component = 'local_tutorbot';
$plugin->version = 2026112700;
$plugin->requires = 2022112800; // Moodle 4.1.
