<?php
defined('MOODLE_INTERNAL') || die();

$string['pluginname'] = 'Help chat (Tutorbot)';
